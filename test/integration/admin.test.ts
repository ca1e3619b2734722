import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { EnterAsGuestDocument, MeDocument } from '../../src/client/generated/graphql.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const ADMIN_TOKEN = 'the-token-of-whoever-runs-this-server';
const FAILURES = 3;
const ADMIN = { 'x-admin-token': ADMIN_TOKEN };

const ROOMS = `query ($first: Int, $after: String) {
  admin {
    rooms(first: $first, after: $after) {
      edges { cursor node { id participants { id user { name } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;
const ROOM = `query ($id: ID!) {
  admin { room(id: $id) { id name access owner { id name } bannedUserIds participants { id } } }
}`;
const CLOSE = `mutation ($roomId: ID!) {
  admin { closeRoom(input: { roomId: $roomId }) { __typename ... on AdminCloseRoomSuccess { roomId } } }
}`;
const REMOVE = `mutation ($input: AdminRemoveParticipantInput!) {
  admin { removeParticipant(input: $input) {
    __typename
    ... on AdminRemoveParticipantSuccess { participantId }
  } }
}`;

interface RoomsPage {
  readonly admin: {
    readonly rooms: {
      readonly edges: { node: { id: string; participants: { user: { name: string } }[] } }[];
      readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  };
}
interface OneRoom {
  readonly admin: { readonly room: { bannedUserIds: string[] } | null };
}
interface Closed {
  readonly admin: { readonly closeRoom: { __typename: string; roomId?: string } };
}
interface Removed {
  readonly admin: { readonly removeParticipant: { __typename: string; participantId?: string } };
}

let server: TestServer;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  server = await startServer({ env: { ADMIN_TOKEN, GUESTS_PER_ADDRESS: '1000' } });
  ann = await register(server.graphqlUrl, 'Ann');
  bob = await register(server.graphqlUrl, 'Bob');
});
afterAll(() => server.close());

const call = <Data>(query: string, variables: Record<string, unknown> = {}, headers = ADMIN) =>
  post<Data, Record<string, unknown>>(server.graphqlUrl, query, variables, headers);
const close = async (roomId: string) =>
  (await call<Closed>(CLOSE, { roomId })).data?.admin.closeRoom;
const remove = async (roomId: string, participantId: string, ban = false) =>
  (await call<Removed>(REMOVE, { input: { roomId, participantId, ban } })).data?.admin
    .removeParticipant;

describe('whoever has the token', () => {
  let roomId: string;
  let host: Participant;
  let member: Participant;

  beforeEach(async () => {
    const input = { name: 'Stand-up', allowGuests: true };
    ({ id: roomId } = await createRoom(server.graphqlUrl, ann, input));
    host = new Participant(server.socketUrl, ann);
    await host.join({ roomId });
    member = new Participant(server.socketUrl, bob);
    await member.join({ roomId });
    return async () => {
      await host.dispose();
      await member.dispose();
    };
  });

  test('sees all rooms, newest first and page by page, with who is in them', async () => {
    const older = (await call<RoomsPage>(ROOMS, { first: 100 })).data?.admin.rooms.edges ?? [];
    const { id: newest } = await createRoom(server.graphqlUrl, bob, { access: 'LOCKED' });
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const answer: { data: RoomsPage | null | undefined } = await call<RoomsPage>(ROOMS, {
        first: 1,
        after,
      });
      const rooms = answer.data?.admin.rooms;
      for (const { node } of rooms?.edges ?? []) seen.push(node.id);
      if (rooms?.pageInfo.hasNextPage !== true) break;
      after = rooms.pageInfo.endCursor;
    }
    expect(seen).toEqual([newest, ...older.map(({ node }) => node.id)]);
    const here = older.find(({ node }) => node.id === roomId);
    expect(here?.node.participants.map(({ user }) => user.name)).toEqual(['Ann', 'Bob']);
    const wrong = await call<RoomsPage>(ROOMS, { first: 101 });
    expect(wrong.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });

  test('sees one room, whatever its access', async () => {
    const { id } = await createRoom(server.graphqlUrl, bob, { access: 'LOCKED' });
    const owner = new Participant(server.socketUrl, bob);
    await owner.join({ roomId: id });
    expect((await call<OneRoom>(ROOM, { id })).data?.admin.room).toMatchObject({
      id,
      access: 'LOCKED',
      owner: { id: bob.accountId },
      bannedUserIds: [],
      participants: [{ id: owner.id }],
    });
    for (const none of ['0123456789abcdef', 'nonsense']) {
      expect((await call<OneRoom>(ROOM, { id: none })).data?.admin.room).toBeNull();
    }
    await owner.dispose();
  });

  test('closes a room: everybody leaves, and its guests end', async () => {
    const input = { roomId, name: 'Grace', delivery: 'BEARER' } as const;
    const entered = (await post(server.graphqlUrl, EnterAsGuestDocument, { input })).data
      ?.enterAsGuest;
    if (entered?.__typename !== 'EnterAsGuestSuccess') throw new Error(JSON.stringify(entered));
    const guest = { authorization: `Bearer ${entered.token}` };
    expect(await close(roomId)).toEqual({ __typename: 'AdminCloseRoomSuccess', roomId });
    expect(await host.next('RoomClosed')).toMatchObject({ reason: 'CLOSED_BY_OWNER' });
    expect((await member.next('ParticipantLeft')).reason).toBe('ROOM_CLOSED');
    expect((await post(server.graphqlUrl, MeDocument, {}, guest)).data?.me).toBeNull();
    for (const gone of [roomId, 'nonsense']) {
      expect(await close(gone)).toEqual({ __typename: 'RoomNotFoundError' });
    }
  });

  test('removes anybody, the host too, who may come back', async () => {
    const participantId = host.id;
    expect(await remove(roomId, participantId)).toEqual({
      __typename: 'AdminRemoveParticipantSuccess',
      participantId,
    });
    const left = await host.next(
      'ParticipantLeft',
      ({ participant }) => participant.id === participantId,
    );
    expect(left.reason).toBe('REMOVED');
    await member.next('ParticipantUpdated', ({ participant }) => participant.role === 'HOST');
    expect(await remove(roomId, participantId)).toEqual({ __typename: 'PeerNotInRoomError' });
    expect(await remove('0123456789abcdef', participantId)).toEqual({
      __typename: 'RoomNotFoundError',
    });
    expect(await host.join({ roomId })).toMatchObject({ __typename: 'RoomSnapshot' });
  });

  test('bans', async () => {
    expect(await remove(roomId, member.id, true)).toMatchObject({
      __typename: 'AdminRemoveParticipantSuccess',
    });
    await member.ended();
    expect(await member.join({ roomId })).toMatchObject({
      __typename: 'JoinRefused',
      error: { __typename: 'RemovedFromRoomError' },
    });
    const room = (await call<OneRoom>(ROOM, { id: roomId })).data?.admin.room;
    expect(room?.bannedUserIds).toEqual([bob.accountId]);
  });

  test('does several things in one operation, one after the other', async () => {
    const both = `mutation ($roomId: ID!, $participantId: ID!) {
      first: admin {
        removeParticipant(input: { roomId: $roomId, participantId: $participantId }) { __typename }
      }
      second: admin { closeRoom(input: { roomId: $roomId }) { __typename } }
    }`;
    const { data } = await call(both, { roomId, participantId: host.id });
    expect(data).toEqual({
      first: { removeParticipant: { __typename: 'AdminRemoveParticipantSuccess' } },
      second: { closeRoom: { __typename: 'AdminCloseRoomSuccess' } },
    });
  });
});

describe('whoever has no token', () => {
  const forbidden = [{ message: expect.stringContaining('X-Admin-Token'), path: ['admin'] }];

  test('is told so, signed in or not, and nothing is done', async () => {
    const { id } = await createRoom(server.graphqlUrl, ann);
    for (const headers of [{}, ann.headers]) {
      for (const query of [ROOMS, CLOSE]) {
        const answer = await post(server.graphqlUrl, query, { roomId: id }, headers);
        expect(answer.data ?? null).toBeNull();
        expect(answer.errors).toMatchObject([
          { ...forbidden[0], extensions: { code: 'FORBIDDEN' } },
        ]);
      }
    }
    expect((await call<OneRoom>(ROOM, { id })).data?.admin.room).toMatchObject({ id });
  });

  test('gets nothing over a WebSocket, whatever the socket came with', async () => {
    class WithHeader extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: ADMIN });
      }
    }
    const client = createClient({
      url: server.socketUrl,
      webSocketImpl: WithHeader,
      connectionParams: { token: ann.token },
    });
    for await (const { errors } of client.iterate({ query: ROOMS })) {
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    await client.dispose();
  });

  test('gets nothing where the server has no token either', async () => {
    const without = await startServer();
    for (const token of ['', 'null', 'undefined', ADMIN_TOKEN]) {
      const answer = await post(without.graphqlUrl, ROOMS, {}, { 'x-admin-token': token });
      expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    await without.close();
  });

  test('on a page of another origin may not send the header', async () => {
    const origin = 'https://app.example.com';
    const other = await startServer({ env: { ADMIN_TOKEN, FRONTEND_URL: origin } });
    const preflight = await fetch(other.graphqlUrl, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, x-admin-token',
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type');
    expect(preflight.headers.get('access-control-allow-headers')).not.toContain('admin');
    await other.close();
  });

  test(`waits after ${FAILURES} wrong ones, also with the right one`, async () => {
    const strict = await startServer({
      env: { ADMIN_TOKEN, ADDRESS_FAILURES: String(FAILURES) },
    });
    const codes: unknown[] = [];
    const ask = async (token: string) => {
      // Twice in one request: counted once.
      const query = '{ one: admin { __typename } two: admin { __typename } }';
      const { errors } = await post(strict.graphqlUrl, query, {}, { 'x-admin-token': token });
      return errors?.[0]?.extensions?.code ?? 'none';
    };
    expect(await ask(ADMIN_TOKEN)).toBe('none');
    for (let tried = 0; tried < FAILURES; tried += 1) codes.push(await ask(`${ADMIN_TOKEN}x`));
    expect(codes).toEqual(codes.map(() => 'FORBIDDEN'));
    expect(await ask(ADMIN_TOKEN)).toBe('RATE_LIMITED');
    await strict.close();
  });
});
