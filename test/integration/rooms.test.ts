import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CloseRoomDocument,
  CreateRoomDocument,
  type CreateRoomInput,
  RoomDocument,
  RoomsDocument,
  UpdateRoomDocument,
} from '../../src/client/generated/graphql.ts';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const TTL_SECONDS = 60;
const NAMED_TTL_SECONDS = 30 * TTL_SECONDS;

let server: TestServer;
let ann: Person;
let bob: Person;
let now = Date.now();
const clock: Clock = { ...systemClock, now: () => now, elapsed: () => now };

beforeAll(async () => {
  server = await startServer({
    env: {
      ROOM_TTL_SECONDS: String(TTL_SECONDS),
      NAMED_ROOM_TTL_SECONDS: String(NAMED_TTL_SECONDS),
    },
    overrides: { clock },
  });
  [ann, bob] = await Promise.all([
    register(server.graphqlUrl, 'Ann'),
    register(server.graphqlUrl, 'Bob'),
  ]);
});

afterAll(() => server.close());

async function create(input: CreateRoomInput, person = ann) {
  const { data } = await post(server.graphqlUrl, CreateRoomDocument, { input }, person.headers);
  return data?.createRoom;
}

async function find(id: string, person = bob) {
  return (await post(server.graphqlUrl, RoomDocument, { id }, person.headers)).data?.room;
}

async function close(roomId: string, person: Person) {
  const input = { roomId };
  const { data } = await post(server.graphqlUrl, CloseRoomDocument, { input }, person.headers);
  return data?.closeRoom;
}

describe('making', () => {
  test('a room has an id nobody guesses, a host, a capacity and an end', async () => {
    const result = await create({ name: '  Tea with Ann  ' });
    if (result?.__typename !== 'CreateRoomSuccess') throw new Error(JSON.stringify(result));
    expect(result.room).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: 'Tea with Ann',
      owner: expect.objectContaining({ id: ann.accountId, name: 'Ann' }),
      capacity: 8,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + NAMED_TTL_SECONDS * 1000).toISOString(),
    });
    expect(await find(result.room.id)).toMatchObject({ name: 'Tea with Ann', participants: [] });
  });

  test('everything that is wrong is said at once', async () => {
    const result = await create({ name: 'x'.repeat(101), capacity: 51 });
    expect(result).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'name' }, { path: 'capacity' }],
    });
  });

  test.each<[string, CreateRoomInput, boolean]>([
    ['a name of 100 characters', { name: 'x'.repeat(100) }, true],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, false],
    ['an empty name', { name: '  ' }, false],
    ['a name of two lines', { name: 'a\nb' }, false],
    ['two participants', { capacity: 2 }, true],
    ['one participant', { capacity: 1 }, false],
    ['fifty participants', { capacity: 50 }, true],
    ['fifty-one participants', { capacity: 51 }, false],
  ])('%s', async (_name, input, valid) => {
    const result = await create(input);
    expect(result?.__typename).toBe(valid ? 'CreateRoomSuccess' : 'InvalidInputError');
  });

  test('needs an account', async () => {
    const answer = await post(server.graphqlUrl, CreateRoomDocument, { input: {} });
    expect(answer.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});

describe('finding', () => {
  test.each(['0123456789abcdef', '', 'x', '../../etc', '0123456789ABCDEF'])(
    'there is no room "%s"',
    async (id) => {
      expect(await find(id)).toBeNull();
    },
  );

  test('needs an account', async () => {
    const { id } = await createRoom(server.graphqlUrl, ann);
    const answer = await post(server.graphqlUrl, RoomDocument, { id });
    expect(answer.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});

describe('the rooms that one hosts', () => {
  async function page(person: Person, variables: { first?: number; after?: string }) {
    const answer = await post(server.graphqlUrl, RoomsDocument, variables, person.headers);
    return answer;
  }

  test('come newest first, page by page, and nobody sees another’s', async () => {
    const host = await register(server.graphqlUrl, 'Cat');
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      // Two of them in one millisecond.
      if (index !== 3) now += 1;
      made.unshift((await createRoom(server.graphqlUrl, host)).id);
    }
    const seen: string[] = [];
    let after: string | undefined;
    const more: boolean[] = [];
    do {
      const { data } = await page(host, { first: 2, ...(after !== undefined && { after }) });
      const rooms = data?.rooms;
      seen.push(...(rooms?.edges.map(({ node }) => node.id) ?? []));
      more.push(rooms?.pageInfo.hasNextPage ?? false);
      // A room that is made between two pages neither repeats nor hides another.
      await createRoom(server.graphqlUrl, ann);
      after = rooms?.pageInfo.endCursor ?? undefined;
    } while (more.at(-1));
    expect(more).toEqual([true, true, false]);
    expect([...seen].sort()).toEqual([...made].sort());
    expect([seen[0], seen[4]]).toEqual([made[0], made[4]]);
  });

  test('a page has 1 to 100, and its cursor is one that was given out', async () => {
    for (const first of [0, 101, -1]) {
      const { errors } = await page(ann, { first });
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'INVALID_INPUT',
        issues: [{ path: 'first' }],
      });
    }
    expect((await page(ann, { first: 100 })).errors).toBeUndefined();
    const { errors } = await page(ann, { after: 'nonsense' });
    expect(errors?.[0]?.extensions).toMatchObject({ issues: [{ path: 'after' }] });
  });
});

describe('the end of a room', () => {
  test('only its host closes it; everybody in it leaves', async () => {
    const { id } = await createRoom(server.graphqlUrl, ann);
    const guest = new Participant(server.socketUrl, bob);
    await guest.join({ roomId: id });
    expect((await close(id, bob))?.__typename).toBe('NotOwnerError');
    expect(await close(id, ann)).toMatchObject({ __typename: 'CloseRoomSuccess', roomId: id });
    expect((await guest.next('RoomClosed')).reason).toBe('CLOSED_BY_OWNER');
    await guest.ended();
    expect(guest.outcome).toBe('complete');
    expect(await find(id)).toBeNull();
    expect((await close(id, ann))?.__typename).toBe('RoomNotFoundError');
    expect(await guest.join({ roomId: id })).toMatchObject({
      __typename: 'JoinRefused',
      error: { __typename: 'RoomNotFoundError' },
    });
    await guest.dispose();
  });

  test('ROOM_TTL_SECONDS: an unused room is there until then, and gone after', async () => {
    const { id } = await createRoom(server.graphqlUrl, ann);
    now += TTL_SECONDS * 1000 - 1;
    expect(await find(id)).not.toBeNull();
    now += 1;
    expect(await find(id)).toBeNull();
  });

  test('NAMED_ROOM_TTL_SECONDS: one with a name stays longer, and the page can say until when', async () => {
    const { id } = await createRoom(server.graphqlUrl, ann, { name: 'Office hours' });
    now += NAMED_TTL_SECONDS * 1000 - 1;
    expect(await find(id)).not.toBeNull();
    const guest = new Participant(server.socketUrl, bob);
    await guest.join({ roomId: id });
    expect(Date.parse(guest.snapshot.room.expiresAt)).toBe(now + NAMED_TTL_SECONDS * 1000);
    await guest.dispose();
    now += NAMED_TTL_SECONDS * 1000 - 1;
    expect(await find(id)).not.toBeNull();
    now += 1;
    expect(await find(id)).toBeNull();
  });

  test('a name given later makes it stay longer, and one taken away ends it no sooner', async () => {
    const { id } = await createRoom(server.graphqlUrl, ann);
    for (const name of ['Office hours', null]) {
      await post(
        server.graphqlUrl,
        UpdateRoomDocument,
        { input: { roomId: id, name } },
        ann.headers,
      );
    }
    now += NAMED_TTL_SECONDS * 1000 - 1;
    expect(await find(id)).not.toBeNull();
    now += 1;
    expect(await find(id)).toBeNull();
  });

  test('a join moves its end on', async () => {
    const { id } = await createRoom(server.graphqlUrl, ann);
    now += (TTL_SECONDS * 1000) / 2;
    const guest = new Participant(server.socketUrl, bob);
    await guest.join({ roomId: id });
    now += TTL_SECONDS * 1000 - 1;
    expect(await find(id)).not.toBeNull();
    await guest.dispose();
  });
});
