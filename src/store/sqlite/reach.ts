import type { AllowedCallers, Reach, ReachStore } from '../../domain/people/ports.ts';
import type { SqliteFile } from './file.ts';

interface ReachRow {
  allow_calls_from: AllowedCallers | null;
  show_presence: number | null;
}

/** Who may reach people, in a SQLite file. */
export function sqliteReach(file: SqliteFile): ReachStore {
  const byUser = file.statement<ReachRow>('SELECT * FROM reachability WHERE user_id = ?');
  const upsert = file.statement<ReachRow>(
    `INSERT INTO reachability (user_id, allow_calls_from, show_presence) VALUES (?, ?, ?)
     ON CONFLICT (user_id) DO UPDATE SET
       allow_calls_from = coalesce(excluded.allow_calls_from, allow_calls_from),
       show_presence = coalesce(excluded.show_presence, show_presence)
     RETURNING *`,
  );
  const remove = file.statement('DELETE FROM reachability WHERE user_id = ?');

  return {
    async find(userId) {
      return toReach(await byUser.first(userId));
    },
    async update(userId, { allowCallsFrom, showPresence }) {
      const shown = showPresence === undefined ? null : +showPresence;
      return toReach(await upsert.first(userId, allowCallsFrom ?? null, shown));
    },
    async deleteByUser(userId) {
      await remove.run(userId);
    },
  };
}

function toReach(row: ReachRow | null): Partial<Reach> {
  const { allow_calls_from: allowCallsFrom = null, show_presence: shown = null } = row ?? {};
  return {
    ...(allowCallsFrom === null ? {} : { allowCallsFrom }),
    ...(shown === null ? {} : { showPresence: shown === 1 }),
  };
}
