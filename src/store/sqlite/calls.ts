import type { CallStore } from '../../domain/people/ports.ts';
import type { SqliteFile } from './file.ts';

interface CallRow {
  call_id: string;
  created_at: number;
  body: string;
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
  const removeByUser = file.statement('DELETE FROM calls WHERE user_id = ?');
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
    async deleteByUser(userId) {
      await removeByUser.run(userId);
    },
    async deleteUntil(time) {
      return sweep.run(time.getTime());
    },
  };
}
