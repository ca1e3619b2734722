import type { Clock } from '../../domain/clock.ts';
import { readBans, writeBan } from '../../domain/rooms/bans.ts';
import type { RoomPage, RoomStore } from '../../domain/rooms/ports.ts';
import {
  type Room,
  type RoomAccess,
  type RoomSettings,
  settingsOf,
} from '../../domain/rooms/room.ts';
import type { SqliteFile } from './file.ts';

interface RoomRow {
  id: string;
  name: string | null;
  host_id: string;
  host_name: string;
  capacity: number;
  access: RoomAccess;
  allow_guests: number;
  /** A JSON object of the settings that have no column of their own. */
  settings: string;
  revision: number;
  /** A JSON array of strings, see {@link writeBan}. */
  banned: string;
  created_at: number;
  expires_at: number;
}

/** Rooms in a SQLite file. */
export function sqliteRooms(file: SqliteFile, clock: Clock): RoomStore {
  const insert = file.statement(
    `INSERT INTO rooms (id, name, host_id, host_name, capacity, access, allow_guests, settings,
       revision, banned, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = file.statement<RoomRow>('SELECT * FROM rooms WHERE id = ? AND expires_at > ?');
  const firstByOwner = file.statement<RoomRow>(
    `SELECT * FROM rooms WHERE host_id = ? AND expires_at > ?
     ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const nextByOwner = file.statement<RoomRow>(
    `SELECT * FROM rooms WHERE host_id = ? AND expires_at > ? AND (created_at, id) < (?, ?)
     ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const countByOwner = file.statement<{ n: number }>(
    'SELECT count(*) AS n FROM rooms WHERE host_id = ? AND expires_at > ?',
  );
  const firstOfAll = file.statement<RoomRow>(
    'SELECT * FROM rooms WHERE expires_at > ? ORDER BY created_at DESC, id DESC LIMIT ?',
  );
  const nextOfAll = file.statement<RoomRow>(
    `SELECT * FROM rooms WHERE expires_at > ? AND (created_at, id) < (?, ?)
     ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const update = file.statement<RoomRow>(
    `UPDATE rooms SET name = CASE WHEN ? THEN ? ELSE name END, capacity = coalesce(?, capacity),
       access = coalesce(?, access), allow_guests = coalesce(?, allow_guests),
       settings = json_patch(settings, ?), revision = revision + 1
     WHERE id = ? AND expires_at > ? RETURNING *`,
  );
  const ban = file.statement(
    `UPDATE rooms SET banned = (SELECT json_group_array(value) FROM
       (SELECT value FROM json_each(banned) UNION SELECT value FROM json_each(?)))
     WHERE id = ? AND expires_at > ?`,
  );
  const unban = file.statement<RoomRow>(
    `UPDATE rooms SET banned = (SELECT json_group_array(value) FROM json_each(banned)
       WHERE value <> ?1 AND substr(value, 1, length(?1) + 1) <> ?1 || ' ')
     WHERE id = ?2 AND expires_at > ?3 RETURNING *`,
  );
  const renameOwner = file.statement(
    `UPDATE rooms SET host_name = ?1, revision = revision + 1
     WHERE host_id = ?2 AND host_name IS NOT ?1`,
  );
  const extend = file.statement(
    'UPDATE rooms SET expires_at = ? WHERE id = ? AND expires_at < ? AND expires_at > ?',
  );
  const remove = file.statement('DELETE FROM rooms WHERE id = ? AND expires_at > ?');
  const sweep = file.statement('DELETE FROM rooms WHERE expires_at <= ?');

  return {
    async insert(room) {
      const { id, owner, revision, banned, createdAt, expiresAt } = room;
      const { name, capacity, access, allowGuests, ...settings } = settingsOf(room);
      await insert.run(
        id,
        name,
        owner.id,
        owner.name,
        capacity,
        access,
        +allowGuests,
        JSON.stringify(settings),
        revision,
        JSON.stringify(banned.flatMap(writeBan)),
        createdAt.getTime(),
        expiresAt.getTime(),
      );
    },
    async find(id) {
      const row = await byId.first(id, clock.now());
      return row && toRoom(row);
    },
    async listByOwner(ownerId, first, after) {
      // One more than asked for says whether there is a next page.
      const rows = after
        ? await nextByOwner.all(
            ownerId,
            clock.now(),
            after.createdAt.getTime(),
            after.id,
            first + 1,
          )
        : await firstByOwner.all(ownerId, clock.now(), first + 1);
      return pageOf(rows, first);
    },
    async countByOwner(ownerId) {
      return (await countByOwner.first(ownerId, clock.now()))?.n ?? 0;
    },
    async list(first, after) {
      const rows = after
        ? await nextOfAll.all(clock.now(), after.createdAt.getTime(), after.id, first + 1)
        : await firstOfAll.all(clock.now(), first + 1);
      return pageOf(rows, first);
    },
    async update(id, { name, capacity, access, allowGuests, ...settings }) {
      const row = await update.first(
        +(name !== undefined),
        name ?? null,
        capacity ?? null,
        access ?? null,
        allowGuests === undefined ? null : +allowGuests,
        JSON.stringify(settings),
        id,
        clock.now(),
      );
      return row && toRoom(row);
    },
    async ban(id, one) {
      return (await ban.run(JSON.stringify(writeBan(one)), id, clock.now())) > 0;
    },
    async unban(id, userId) {
      const row = await unban.first(userId, id, clock.now());
      return row && toRoom(row);
    },
    async renameOwner(ownerId, name) {
      await renameOwner.run(name, ownerId);
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

function pageOf(rows: readonly RoomRow[], first: number): RoomPage {
  return { rooms: rows.slice(0, first).map(toRoom), hasNextPage: rows.length > first };
}

function toRoom(row: RoomRow): Room {
  return {
    ...settingsOf({
      ...readSettings(row.settings),
      name: row.name,
      capacity: row.capacity,
      access: row.access,
      allowGuests: row.allow_guests !== 0,
    }),
    id: row.id,
    owner: { id: row.host_id, name: row.host_name, isGuest: false },
    revision: row.revision,
    banned: readBans(readTexts(row.banned)),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
  };
}

/** Only settings are written there. */
function readSettings(json: string): Partial<RoomSettings> {
  return JSON.parse(json);
}

function readTexts(json: string): string[] {
  const texts: unknown = JSON.parse(json);
  return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
}
