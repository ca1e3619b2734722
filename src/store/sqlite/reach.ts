import type { AllowedCallers, Reach, ReachStore } from '../../domain/people/ports.ts';
import type { SqliteFile } from './file.ts';

interface ReachRow {
  user_id: string;
  allow_calls_from: AllowedCallers | null;
  show_presence: number | null;
  call_waiting: number | null;
}

/** Who may reach people, in a SQLite file. */
export function sqliteReach(file: SqliteFile): ReachStore {
  const byUser = file.statement<ReachRow>('SELECT * FROM reachability WHERE user_id = ?');
  const byUsers = file.statement<ReachRow>(
    'SELECT * FROM reachability WHERE user_id IN (SELECT value FROM json_each(?))',
  );
  const upsert = file.statement<ReachRow>(
    `INSERT INTO reachability (user_id, allow_calls_from, show_presence, call_waiting)
     VALUES (?, ?, ?, ?)
     ON CONFLICT (user_id) DO UPDATE SET
       allow_calls_from = coalesce(excluded.allow_calls_from, allow_calls_from),
       show_presence = coalesce(excluded.show_presence, show_presence),
       call_waiting = coalesce(excluded.call_waiting, call_waiting)
     RETURNING *`,
  );
  const remove = file.statement('DELETE FROM reachability WHERE user_id = ?');

  return {
    async find(userId) {
      return toReach(await byUser.first(userId));
    },
    async findMany(userIds) {
      const rows = await byUsers.all(JSON.stringify(userIds));
      return new Map(rows.map((row) => [row.user_id, toReach(row)]));
    },
    async update(userId, { allowCallsFrom, showPresence, callWaiting }) {
      const shown = showPresence === undefined ? null : +showPresence;
      const waits = callWaiting === undefined ? null : +callWaiting;
      return toReach(await upsert.first(userId, allowCallsFrom ?? null, shown, waits));
    },
    async deleteByUser(userId) {
      await remove.run(userId);
    },
  };
}

function toReach(row: ReachRow | null): Partial<Reach> {
  const { allow_calls_from: allowCallsFrom = null, show_presence: shown = null } = row ?? {};
  const waits = row?.call_waiting ?? null;
  return {
    ...(allowCallsFrom === null ? {} : { allowCallsFrom }),
    ...(shown === null ? {} : { showPresence: shown === 1 }),
    ...(waits === null ? {} : { callWaiting: waits === 1 }),
  };
}
