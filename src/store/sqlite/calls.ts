import type { CallStore } from '../../domain/people/ports.ts';
import type { SqliteFile } from './file.ts';

interface CallRow {
  call_id: string;
  created_at: number;
  body: string;
}

interface SeenRow {
  until: number;
}

/** Calls that have ended, in a SQLite file. */
export function sqliteCalls(file: SqliteFile): CallStore {
  // One statement, so that all copies are one write to the disk.
  const insert = file.statement(
    `INSERT OR IGNORE INTO calls (user_id, call_id, created_at, body)
     SELECT value, ?, ?, ? FROM json_each(?)`,
  );
  const first = file.statement<CallRow>(
    `SELECT * FROM calls WHERE user_id = ? AND created_at > ?
     ORDER BY created_at DESC, call_id DESC LIMIT ?`,
  );
  const next = file.statement<CallRow>(
    `SELECT * FROM calls WHERE user_id = ? AND created_at > ? AND (created_at, call_id) < (?, ?)
     ORDER BY created_at DESC, call_id DESC LIMIT ?`,
  );
  const seen = file.statement<SeenRow>('SELECT until FROM calls_seen WHERE user_id = ?');
  const see = file.statement<SeenRow>(
    `INSERT INTO calls_seen (user_id, until) VALUES (?, ?)
     ON CONFLICT (user_id) DO UPDATE SET until = max(until, excluded.until)
     RETURNING until`,
  );
  const removeByUser = file.statement('DELETE FROM calls WHERE user_id = ?');
  const removeSeen = file.statement('DELETE FROM calls_seen WHERE user_id = ?');
  const sweep = file.statement('DELETE FROM calls WHERE created_at <= ?');

  return {
    async record({ id, createdAt, body }, userIds) {
      await insert.run(id, createdAt.getTime(), body, JSON.stringify(userIds));
    },
    async list(userId, since, count, after) {
      // One more than asked for says whether there is a next page.
      const rows = after
        ? await next.all(userId, since.getTime(), after.createdAt.getTime(), after.id, count + 1)
        : await first.all(userId, since.getTime(), count + 1);
      return {
        calls: rows.slice(0, count).map((row) => ({
          id: row.call_id,
          createdAt: new Date(row.created_at),
          body: row.body,
        })),
        hasNextPage: rows.length > count,
      };
    },
    async seenUntil(userId) {
      const row = await seen.first(userId);
      return row === null ? null : new Date(row.until);
    },
    async markSeen(userId, until) {
      const row = await see.first(userId, until.getTime());
      return new Date(row?.until ?? until);
    },
    async deleteByUser(userId) {
      await Promise.all([removeByUser.run(userId), removeSeen.run(userId)]);
    },
    async deleteUntil(time) {
      return sweep.run(time.getTime());
    },
  };
}
