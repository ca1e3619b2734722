import type { Clock } from '../../domain/clock.ts';
import type { PushSubscription, PushSubscriptionStore } from '../../domain/people/ports.ts';
import type { SqliteFile } from './file.ts';

interface SubscriptionRow {
  id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
  user_id: string;
  session_id: string;
  created_at: number;
}

/** Push subscriptions in a SQLite file. */
export function sqlitePushSubscriptions(file: SqliteFile, clock: Clock): PushSubscriptionStore {
  const save = file.statement(
    `INSERT INTO push_subscriptions (id, endpoint, p256dh, auth, user_id, session_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET p256dh = excluded.p256dh, auth = excluded.auth,
       user_id = excluded.user_id, session_id = excluded.session_id,
       created_at = excluded.created_at
     WHERE push_subscriptions.user_id = excluded.user_id
       OR (push_subscriptions.p256dh = excluded.p256dh AND push_subscriptions.auth = excluded.auth)`,
  );
  const byUser = file.statement<SubscriptionRow>(
    'SELECT * FROM push_subscriptions WHERE user_id = ? ORDER BY created_at, id',
  );
  const remove = file.statement('DELETE FROM push_subscriptions WHERE id = ? AND user_id = ?');
  const removeBySession = file.statement('DELETE FROM push_subscriptions WHERE session_id = ?');
  const removeByUser = file.statement('DELETE FROM push_subscriptions WHERE user_id = ?');
  const sweep = file.statement(
    `DELETE FROM push_subscriptions WHERE NOT EXISTS (
       SELECT 1 FROM sessions WHERE id = push_subscriptions.session_id AND expires_at > ?)`,
  );

  return {
    async save({ id, endpoint, p256dh, auth, userId, sessionId, createdAt }) {
      const values = [id, endpoint, p256dh, auth, userId, sessionId, createdAt.getTime()];
      return (await save.run(...values)) > 0;
    },
    async listOf(userId) {
      const rows = await byUser.all(userId);
      return rows.map(toSubscription);
    },
    async delete(id, userId) {
      return (await remove.run(id, userId)) > 0;
    },
    async deleteBySession(sessionId) {
      await removeBySession.run(sessionId);
    },
    async deleteByUser(userId) {
      await removeByUser.run(userId);
    },
    async deleteEnded() {
      return sweep.run(clock.now());
    },
  };
}

function toSubscription(row: SubscriptionRow): PushSubscription {
  return {
    id: row.id,
    endpoint: row.endpoint,
    p256dh: row.p256dh,
    auth: row.auth,
    userId: row.user_id,
    sessionId: row.session_id,
    createdAt: new Date(row.created_at),
  };
}
