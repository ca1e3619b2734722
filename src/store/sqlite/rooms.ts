import type { Clock } from '../../domain/clock.ts';
import type { RoomStore } from '../../domain/rooms/ports.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { SqliteFile } from './file.ts';

interface RoomRow {
  id: string;
  name: string | null;
  host_id: string;
  host_name: string;
  capacity: number;
  created_at: number;
  expires_at: number;
}

/** Rooms in a SQLite file. */
export function sqliteRooms(file: SqliteFile, clock: Clock): RoomStore {
  const insert = file.statement(
    `INSERT INTO rooms (id, name, host_id, host_name, capacity, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = file.statement<RoomRow>('SELECT * FROM rooms WHERE id = ? AND expires_at > ?');
  const firstByHost = file.statement<RoomRow>(
    `SELECT * FROM rooms WHERE host_id = ? AND expires_at > ?
     ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const nextByHost = file.statement<RoomRow>(
    `SELECT * FROM rooms WHERE host_id = ? AND expires_at > ? AND (created_at, id) < (?, ?)
     ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const extend = file.statement(
    'UPDATE rooms SET expires_at = ? WHERE id = ? AND expires_at < ? AND expires_at > ?',
  );
  const remove = file.statement('DELETE FROM rooms WHERE id = ? AND expires_at > ?');
  const sweep = file.statement('DELETE FROM rooms WHERE expires_at <= ?');

  return {
    async insert({ id, name, host, capacity, createdAt, expiresAt }) {
      await insert.run(
        id,
        name,
        host.id,
        host.name,
        capacity,
        createdAt.getTime(),
        expiresAt.getTime(),
      );
    },
    async find(id) {
      const row = await byId.first(id, clock.now());
      return row && toRoom(row);
    },
    async listByHost(hostId, first, after) {
      // One more than asked for says whether there is a next page.
      const rows = after
        ? await nextByHost.all(hostId, clock.now(), after.createdAt.getTime(), after.id, first + 1)
        : await firstByHost.all(hostId, clock.now(), first + 1);
      return { rooms: rows.slice(0, first).map(toRoom), hasNextPage: rows.length > first };
    },
    async extend(id, expiresAt) {
      await extend.run(expiresAt.getTime(), id, expiresAt.getTime(), clock.now());
    },
    async delete(id) {
      return (await remove.run(id, clock.now())) > 0;
    },
    async deleteExpired() {
      return sweep.run(clock.now());
    },
  };
}

function toRoom(row: RoomRow): Room {
  return {
    id: row.id,
    name: row.name,
    host: { id: row.host_id, name: row.host_name },
    capacity: row.capacity,
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
  };
}
