import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RoomStore } from '../../src/domain/rooms/ports.ts';
import { openStore } from '../../src/store/open.ts';
import { REMEMBERED_MS, RememberedRooms } from '../../src/store/remembered-rooms.ts';
import { ContractHome, id } from './home.ts';
import { roomsContract } from './rooms-contract.ts';

/** A store of rooms that counts the reads, and can hold the next one back. */
class Watched {
  reads = 0;
  #gate: Promise<void> = Promise.resolve();
  readonly rooms: RoomStore;

  constructor(rooms: RoomStore) {
    this.rooms = {
      insert: (room) => rooms.insert(room),
      find: async (roomId) => {
        this.reads += 1;
        const found = await rooms.find(roomId);
        await this.#gate;
        return found;
      },
      listByOwner: (...args) => rooms.listByOwner(...args),
      countByOwner: (ownerId) => rooms.countByOwner(ownerId),
      list: (...args) => rooms.list(...args),
      update: (...args) => rooms.update(...args),
      ban: (...args) => rooms.ban(...args),
      renameOwner: (...args) => rooms.renameOwner(...args),
      unban: (...args) => rooms.unban(...args),
      extend: (...args) => rooms.extend(...args),
      delete: (roomId) => rooms.delete(roomId),
      deleteExpired: () => rooms.deleteExpired(),
    };
  }

  /** Reads end only once the answer is called. */
  hold(): () => void {
    let release = () => {};
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }
}

describe('remembered rooms', () => {
  const home = new ContractHome(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'peerql-remembered-'));
    return {
      open: async (clock) => {
        const store = await openStore({ dataDir }, { clock, log: { info() {}, warn() {} } });
        return {
          ...store,
          rooms: new RememberedRooms(store.rooms, clock),
        };
      },
      dispose: async () => rmSync(dataDir, { recursive: true }),
    };
  });
  roomsContract(home);

  async function watchedRoom() {
    const room = home.room({ banned: [{ userId: 'banned', address: null, device: null }] });
    await home.store.rooms.insert(room);
    const watched = new Watched(home.store.rooms);
    return { room, watched, rooms: new RememberedRooms(watched.rooms, home.clock) };
  }

  it('are read once in a while, and forgotten then', async () => {
    const { room, watched, rooms } = await watchedRoom();
    for (let n = 0; n < 3; n += 1) expect(await rooms.find(room.id)).toEqual(room);
    expect(watched.reads).toBe(1);
    home.now += REMEMBERED_MS;
    await rooms.find(room.id);
    expect(watched.reads).toBe(2);
  });

  it('are known from the moment they are made', async () => {
    const { watched, rooms } = await watchedRoom();
    const made = home.room();
    await rooms.insert(made);
    expect(await rooms.find(made.id)).toEqual(made);
    expect(watched.reads).toBe(0);
    await rooms.update(made.id, { capacity: 3 });
    expect(await rooms.find(made.id)).toMatchObject({ capacity: 3, revision: 1 });
  });

  it('are read again after a clock was set back', async () => {
    const { room, watched, rooms } = await watchedRoom();
    await rooms.find(room.id);
    home.now -= 1;
    await rooms.find(room.id);
    expect(watched.reads).toBe(2);
  });

  it('are not remembered where there is none', async () => {
    const { watched, rooms } = await watchedRoom();
    const unknown = id();
    await rooms.find(unknown);
    await rooms.find(unknown);
    expect(watched.reads).toBe(2);
  });

  it.each([
    ['update', (rooms: RoomStore, roomId: string) => rooms.update(roomId, { access: 'LOCKED' })],
    [
      'ban',
      (rooms: RoomStore, roomId: string) =>
        rooms.ban(roomId, { userId: 'user', address: null, device: null }),
    ],
    ['unban', (rooms: RoomStore, roomId: string) => rooms.unban(roomId, 'banned')],
    ['delete', (rooms: RoomStore, roomId: string) => rooms.delete(roomId)],
  ])('show %s at once, also to a read that began before it', async (_what, change) => {
    const { room, watched, rooms } = await watchedRoom();
    const release = watched.hold();
    const early = rooms.find(room.id);
    await expect.poll(() => watched.reads).toBe(1);
    await change(rooms, room.id);
    release();
    // That read may tell what was so when it began, but nobody else is told it.
    expect(await early).toEqual(room);
    expect(await rooms.find(room.id)).not.toEqual(room);
  });
});
