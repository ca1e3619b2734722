import type { Session } from '../../domain/accounts/account.ts';
import type { SessionStore } from '../../domain/accounts/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import type { SqliteFile } from './file.ts';

interface SessionRow {
  id: string;
  account_id: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  user_agent: string | null;
  only_room: string | null;
  role: 'HOST' | 'MEMBER' | null;
}

/** Sessions in a SQLite file. Each insert also deletes the expired ones. */
export function sqliteSessions(file: SqliteFile, clock: Clock): SessionStore {
  const sweep = file.statement('DELETE FROM sessions WHERE expires_at <= ?');
  const insert = file.statement(
    `INSERT INTO sessions (id, account_id, created_at, last_seen_at, expires_at, user_agent, only_room,
       role)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = file.statement<SessionRow>('SELECT * FROM sessions WHERE id = ? AND expires_at > ?');
  const byAccount = file.statement<SessionRow>(
    `SELECT * FROM sessions WHERE account_id = ? AND expires_at > ?
     ORDER BY created_at DESC, id DESC`,
  );
  // All ids are one parameter, so the statement is prepared only once.
  const live = file.statement<{ id: string; expires_at: number }>(
    'SELECT id, expires_at FROM sessions WHERE id IN (SELECT value FROM json_each(?)) AND expires_at > ?',
  );
  const extend = file.statement(
    'UPDATE sessions SET expires_at = max(expires_at, ?) WHERE id = ? AND expires_at > ?',
  );
  const touch = file.statement('UPDATE sessions SET last_seen_at = ? WHERE id = ?');
  const remove = file.statement('DELETE FROM sessions WHERE id = ? AND expires_at > ?');
  const removeByAccount = file.statement<{ id: string; expires_at: number }>(
    'DELETE FROM sessions WHERE account_id = ? AND id IS NOT ? RETURNING id, expires_at',
  );

  return {
    async insert(session) {
      await sweep.run(clock.now());
      await insert.run(
        session.id,
        session.accountId,
        session.createdAt.getTime(),
        session.lastSeenAt.getTime(),
        session.expiresAt.getTime(),
        session.userAgent,
        session.grant?.roomId ?? null,
        session.grant?.role ?? null,
      );
    },
    async find(id) {
      const row = await byId.first(id, clock.now());
      return row && toSession(row);
    },
    async listByAccount(accountId) {
      const rows = await byAccount.all(accountId, clock.now());
      return rows.map(toSession);
    },
    async liveAmong(ids) {
      const rows = await live.all(JSON.stringify(ids), clock.now());
      return rows.map(({ id, expires_at }) => ({ id, expiresAt: new Date(expires_at) }));
    },
    async extend(id, expiresAt) {
      return (await extend.run(expiresAt.getTime(), id, clock.now())) > 0;
    },
    async touch(id, lastSeenAt) {
      await touch.run(lastSeenAt.getTime(), id);
    },
    async delete(id) {
      return (await remove.run(id, clock.now())) > 0;
    },
    async deleteByAccount(accountId, exceptId) {
      const now = clock.now();
      const rows = await removeByAccount.all(accountId, exceptId ?? null);
      return rows.filter((row) => row.expires_at > now).map((row) => row.id);
    },
  };
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    accountId: row.account_id,
    createdAt: new Date(row.created_at),
    lastSeenAt: new Date(row.last_seen_at),
    expiresAt: new Date(row.expires_at),
    userAgent: row.user_agent,
    grant: row.only_room === null ? null : { roomId: row.only_room, role: row.role },
  };
}
