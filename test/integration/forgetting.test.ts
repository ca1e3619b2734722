import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterAsGuest } from '../kit/guests.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, register } from '../kit/people.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer, type TestServer } from '../kit/server.ts';

/** Where what is done is done, and where it is looked at. */
interface Servers {
  readonly here: TestServer;
  readonly there: TestServer;
  close(): Promise<void>;
}

async function alone(): Promise<Servers> {
  const here = await startServer();
  return { here, there: here, close: () => here.close() };
}

const mongodBinary = findMongod();
const redisBinary = findRedis();

async function sharing(): Promise<Servers> {
  const mongod = await Mongod.start(mongodBinary ?? '');
  const redis = await RedisServer.start(redisBinary ?? '');
  const env = {
    MONGO_URI: mongod.uri('forgetting'),
    REDIS_URL: redis.url,
    JWT_SECRET: 'the secret that both servers share',
  };
  const [here, there] = [await startServer({ env }), await startServer({ env })];
  const close = async () => {
    await Promise.all([here.close(), there.close()]);
    await Promise.all([redis.dispose(), mongod.dispose()]);
  };
  return { here, there, close };
}

describe('in memory', () => describeForgetting(alone));
describe.skipIf(mongodBinary === null || redisBinary === null)('two servers by Redis', () =>
  describeForgetting(sharing),
);

/** A new name, and a deleted account, wherever somebody was shown or has said something. */
function describeForgetting(start: () => Promise<Servers>): void {
  let servers: Servers;
  beforeAll(async () => {
    servers = await start();
  });
  afterAll(() => servers?.close());

  const url = () => servers.here.graphqlUrl;
  const rename = (who: Person, name: string) =>
    mutate(url(), 'updateProfile', { name }, 'account { id }', who.headers);

  /** A room with its owner in it at the other server, and a message of Bobadil. */
  async function roomWithMessage() {
    const [ann, bob] = [await register(url(), 'Ann'), await register(url(), 'Bobadil')];
    const { id: roomId } = await createRoom(url(), ann, { allowGuests: true });
    const host = new Participant(servers.there.socketUrl, ann);
    const member = new Participant(servers.here.socketUrl, bob);
    await host.join({ roomId });
    await member.join({ roomId });
    await mutate(url(), 'sendMessage', { roomId, text: 'Hello' }, 'cursor', bob.headers);
    await host.next('MessageReceived');
    const leave = () => Promise.all([host.dispose(), member.dispose()]);
    return { roomId, ann, bob, host, member, leave };
  }

  /** What somebody who comes now is told of before. */
  async function historyOf(roomId: string): Promise<string> {
    const late = new Participant(servers.there.socketUrl, await register(url(), 'Late'));
    await late.join({ roomId });
    const history = JSON.stringify(late.snapshot.messages);
    await late.dispose();
    return history;
  }

  test('a new name shows in the history of the chat, also when who has it has left', async () => {
    const { roomId, bob, host, member, leave } = await roomWithMessage();
    await rename(bob, 'Robert');
    const inside = await historyOf(roomId);
    await member.dispose();
    await host.next('ParticipantLeft');
    await rename(bob, 'Bobby');
    const left = await historyOf(roomId);
    await leave();
    expect(inside).toContain('Robert');
    expect(left).toContain('Bobby');
    expect(inside + left).not.toContain('Bobadil');
    expect(left).not.toContain('Robert');
  });

  test('what was said by an account that is deleted is told to nobody who comes later', async () => {
    const { roomId, ann, bob, host, leave } = await roomWithMessage();
    await mutate(url(), 'sendMessage', { roomId, text: 'From Ann' }, 'cursor', ann.headers);
    const { password } = bob;
    await mutate(url(), 'deleteAccount', { password }, 'accountId', bob.headers);
    await host.next('ParticipantLeft');
    const history = await historyOf(roomId);
    await leave();
    expect(history).toContain('From Ann');
    expect(history).not.toContain('Bobadil');
    expect(history).not.toContain('Hello');
  });

  test('likewise of a guest who deletes itself', async () => {
    const { roomId, leave } = await roomWithMessage();
    const guest = await enterAsGuest(url(), roomId, 'Gast');
    const inside = new Participant(servers.here.socketUrl, guest);
    await inside.join({ roomId });
    await mutate(url(), 'sendMessage', { roomId, text: 'Of a guest' }, 'cursor', guest.headers);
    expect(await historyOf(roomId)).toContain('Gast');
    await mutate(url(), 'deleteAccount', {}, 'accountId', guest.headers);
    const history = await historyOf(roomId);
    await Promise.all([inside.dispose(), leave()]);
    expect(history).toContain('Hello');
    expect(history).not.toMatch(/Gast|Of a guest/);
  });

  test('who waits and takes a new name is told to the host at once, and to one who comes back', async () => {
    const [ann, bob] = [await register(url(), 'Ann'), await register(url(), 'Bobadil')];
    const { id: roomId } = await createRoom(url(), ann, { access: 'KNOCK' });
    const host = new Participant(servers.there.socketUrl, ann);
    await host.join({ roomId });
    const waiting = new Participant(servers.here.socketUrl, bob);
    await waiting.join({ roomId });
    const { knockId } = await host.next('KnockReceived');
    await rename(bob, 'Robert');
    const again = await host.next('KnockReceived', ({ user }) => user.name === 'Robert');
    await host.dispose();
    const back = new Participant(servers.there.socketUrl, ann);
    await back.join({ roomId });
    const later = await back.next('KnockReceived');
    await Promise.all([back.dispose(), waiting.dispose()]);
    expect([again, later]).toMatchObject(
      [again, later].map(() => ({ knockId, user: { id: bob.accountId, name: 'Robert' } })),
    );
  });

  test('a socket that was open before shows the new name in rooms that are made and entered by it', async () => {
    const { roomId, bob, leave } = await roomWithMessage();
    // At the other server, so that the news has a way to go.
    const socket = new Participant(servers.there.socketUrl, bob, { lazyCloseTimeout: 60_000 });
    const { id: other } = await createRoom(url(), await register(url(), 'Cem'), {});
    await socket.join({ roomId: other });
    await rename(bob, 'Robert');
    await socket.next('ParticipantUpdated');
    await socket.join({ roomId, takeOver: true });
    const { self } = socket.snapshot;
    await Promise.all([socket.dispose(), leave()]);
    expect(self.user.name).toBe('Robert');
  });
}
