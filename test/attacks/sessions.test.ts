import { createHmac } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import { expect } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger, bothWays } from './both-ways.ts';

const ME = '{ me { id } }';
const OFFER =
  'mutation ($input: SendOfferInput!) { sendOffer(input: $input) { __typename ... on Error { message } } }';

async function person(server: AttackedServer, name: string): Promise<Person> {
  const somebody = await register(server.graphqlUrl, name);
  server.keepsSecret(somebody.token, somebody.password);
  return somebody;
}

/** Somebody's token with other contents, signed with `secret` or not at all. */
function forge(token: string, header: object, changes: object, secret?: string): string {
  const [, payload = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode({ ...claims, ...changes })}`;
  if (secret === undefined) return `${signed}.`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** Over HTTP nobody is signed in; a socket closes with 4401. */
async function expectWorthless(server: AttackedServer, token: string): Promise<void> {
  const answer = await post<{ me: null }, object>(
    server.graphqlUrl,
    ME,
    {},
    { authorization: `Bearer ${token}` },
  );
  expect(answer.data).toEqual({ me: null });
  const wire = await Wire.ready(server.socketUrl, token);
  expect(await wire.closed()).toBe(4401);
}

attacks({ SESSION_SECONDS: '600', HEARTBEAT_SECONDS: '1' }, (attack) => {
  attack('tokens with alg none, another algorithm, a foreign key, other claims', async (server) => {
    const { token, accountId } = await person(server, 'Ann');
    const hs256 = { alg: 'HS256', typ: 'JWT' };
    const foreign = 'another secret that has enough bytes to be taken for one';
    const [head = '', body = '', signature = ''] = token.split('.');
    for (const forged of [
      forge(token, { alg: 'none', typ: 'JWT' }, {}),
      forge(token, { alg: 'NONE' }, {}),
      forge(token, hs256, {}),
      forge(token, { alg: 'HS512', typ: 'JWT' }, {}, foreign),
      forge(token, hs256, { sub: accountId }, foreign),
      forge(token, { alg: 'RS256', typ: 'JWT' }, {}, foreign),
      `${head}.${body.slice(0, -2)}AA.${signature}`,
      `${head}.${body}.`,
      '..',
      'x'.repeat(4000),
    ]) {
      await expectWorthless(server, forged);
    }
    return 'nobody is signed in over HTTP, 4401 over WebSocket';
  });

  attack('an expired session, and one that expires while its socket is open', async (server) => {
    const { token } = await person(server, 'Ann');
    const past = Math.floor(Date.now() / 1000) - 10;
    const secret = 'a secret of the attack suite that nobody else knows';
    // The right key: only the expiry is wrong.
    const expired = forge(token, { alg: 'HS256', typ: 'JWT' }, { exp: past }, secret);
    server.keepsSecret(expired);
    await expectWorthless(server, expired);
    return 'nobody is signed in';
  });

  attack('a signed-out session, over HTTP and on its open socket', async (server) => {
    const [ann, bob] = [await person(server, 'Ann'), await person(server, 'Bob')];
    const room = await createRoom(server.graphqlUrl, ann);
    const one = new Participant(server.socketUrl, ann);
    const other = new Participant(server.socketUrl, bob);
    await one.join({ roomId: room.id });
    await other.join({ roomId: room.id, clientKey: 'tab' });
    const wire = await Wire.ready(server.socketUrl, bob.token);
    await post(server.graphqlUrl, 'mutation { logout { __typename } }', {}, bob.headers);
    wire.subscribe('late', OFFER, { input: { roomId: room.id, to: one.id, sdp: 'late' } });
    expect(await one.next('ParticipantLeft')).toMatchObject({ reason: 'SIGNED_OUT' });
    expect(await other.closed()).toBe(4401);
    expect(await wire.closed()).toBe(4401);
    expect(one.events.some(({ __typename }) => __typename === 'OfferReceived')).toBe(false);
    await expectWorthless(server, bob.token);
    await one.dispose();
    return '4401 at once, the stay ended with SIGNED_OUT, nothing sent';
  });

  attack('a race: signing out while sockets connect', async (server) => {
    const bob = await person(server, 'Bob');
    const connecting = Array.from({ length: 6 }, () => Wire.ready(server.socketUrl, bob.token));
    await pass(Math.random() * 6);
    await post(server.graphqlUrl, 'mutation { logout { __typename } }', {}, bob.headers);
    for (const wire of await Promise.all(connecting)) expect(await wire.closed()).toBe(4401);
    return 'not one socket that outlives its session';
  });

  attack('a session that somebody else owns', async (server) => {
    const [ann, eve] = [await person(server, 'Ann'), await person(server, 'Eve')];
    const answer = await post<{ me: { sessions: { id: string }[] } }, object>(
      server.graphqlUrl,
      '{ me { sessions { id } } }',
      {},
      ann.headers,
    );
    const [session] = answer.data?.me.sessions ?? [];
    const revoke = 'mutation ($id: ID!) { revokeSession(input: {id: $id}) { __typename } }';
    for (const { data } of await bothWays(server, revoke, { id: session?.id }, eve.token)) {
      expect(data).toEqual({ revokeSession: { __typename: 'SessionNotFoundError' } });
    }
    return 'SessionNotFoundError, as for no session at all';
  });

  attack('signing in or changing the password over a WebSocket', async (server) => {
    const { token, email, password } = await person(server, 'Ann');
    const wire = await Wire.ready(server.socketUrl, token);
    const login = 'mutation ($i: LoginInput!) { login(input: $i) { __typename } }';
    const { payload } = await wire.run('1', login, { i: { email, password } });
    expect(payload).toEqual({ data: { login: { __typename: 'InvalidInputError' } } });
    const change =
      'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { __typename } }';
    const input = { currentPassword: password, newPassword: 'another password' };
    const answer = await wire.run('2', change, { i: input });
    expect(answer.payload).toEqual({
      data: { changePassword: { __typename: 'InvalidInputError' } },
    });
    wire.end();
    return 'InvalidInputError';
  });

  attack('everything that needs a sign-in, without one', async (server) => {
    for (const query of [
      '{ room(id: "0000000000000000") { id } }',
      '{ rooms { edges { cursor } } }',
      '{ iceServers { expiresAt } }',
      'mutation { createRoom(input: {}) { __typename } }',
      'mutation { closeRoom(input: {roomId: "x"}) { __typename } }',
      'mutation { sendOffer(input: {roomId: "x", to: "y", sdp: "z"}) { __typename } }',
      'mutation { leaveRoom(input: {roomId: "x"}) { __typename } }',
      'mutation { setMedia(input: {roomId: "x"}) { __typename } }',
      'mutation { revokeOtherSessions { __typename } }',
      'mutation { issueConnectionToken { __typename } }',
      'mutation { updateProfile(input: {name: "Eve"}) { __typename } }',
      'mutation { deleteAccount(input: {password: "x"}) { __typename } }',
    ]) {
      for (const { errors } of await bothWays(server, query)) {
        expect(errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
      }
    }
    return 'UNAUTHENTICATED for each';
  });

  attack(
    'reading a room one is not in, and sending as or to somebody of another room',
    async (server) => {
      const [ann, bob, eve] = [
        await person(server, 'Ann'),
        await person(server, 'Bob'),
        await person(server, 'Eve'),
      ];
      const [room, own] = [
        await createRoom(server.graphqlUrl, ann),
        await createRoom(server.graphqlUrl, eve),
      ];
      const one = new Participant(server.socketUrl, ann);
      const other = new Participant(server.socketUrl, bob);
      const spy = new Participant(server.socketUrl, eve);
      await one.join({ roomId: room.id });
      await other.join({ roomId: room.id });
      await spy.join({ roomId: own.id });
      await one.offer(room.id, other.id, 'between the two');
      await other.next('OfferReceived');
      for (const [roomId, to] of [
        [room.id, one.id],
        [room.id, spy.id],
      ] as const) {
        const input = { roomId, to, sdp: 'v=0 forged' };
        for (const { data } of await bothWays(server, OFFER, { input }, eve.token)) {
          expect(data?.sendOffer).toMatchObject({ __typename: 'NotInRoomError' });
        }
      }
      const across = { roomId: own.id, to: one.id, sdp: 'v=0 forged' };
      for (const { data } of await bothWays(server, OFFER, { input: across }, eve.token)) {
        expect(data?.sendOffer).toMatchObject({ __typename: 'PeerNotInRoomError' });
      }
      // A cursor of another room opens no door either.
      const { cursor } = one.snapshot;
      spy.unsubscribe();
      const again = await spy.join({ roomId: own.id, after: cursor, clientKey: 'x' });
      expect(JSON.stringify(again)).not.toContain('between the two');
      const seen = JSON.stringify([spy.events, one.events]);
      expect(seen).not.toContain('forged');
      expect(JSON.stringify(spy.events)).not.toContain('between the two');
      await Promise.all([one.dispose(), other.dispose(), spy.dispose()]);
      return 'NotInRoomError and PeerNotInRoomError; no event of the room';
    },
  );

  attack('closing a room that somebody else owns', async (server) => {
    const [ann, eve] = [await person(server, 'Ann'), await person(server, 'Eve')];
    const room = await createRoom(server.graphqlUrl, ann);
    const input = { roomId: room.id };
    const outcome = await mutate(server.graphqlUrl, 'closeRoom', input, 'roomId', eve.headers);
    expect(outcome.__typename).toBe('NotOwnerError');
    return 'NotOwnerError';
  });

  attack('guessing room ids with many accounts at one address', async (server) => {
    const address = asStranger();
    const query = 'query ($id: ID!) { room(id: $id) { id } }';
    let looked = 0;
    for (let account = 0; account < 8; account += 1) {
      const eve = await person(server, 'Eve');
      const wire = await Wire.ready(server.socketUrl, eve.token, { headers: address });
      for (let i = 0; i < 8; i += 1) {
        const id = `${account}${i}`.padStart(16, '0');
        const headers = { ...eve.headers, ...address };
        const answer = await post(server.graphqlUrl, query, { id }, headers);
        const frame = await wire.run(`${i}`, query, { id });
        for (const got of [frame, answer.errors ?? []]) {
          if (!JSON.stringify(got).includes('RATE_LIMITED')) looked += 1;
        }
      }
      wire.end();
    }
    // None of the accounts has reached its own limit of 20.
    expect(looked).toBeGreaterThanOrEqual(100);
    expect(looked).toBeLessThan(110);
    return `${looked} of 128 guesses, then RateLimitedError for every account there`;
  });

  attack('guessing room ids', async (server) => {
    const eve = await person(server, 'Eve');
    let looked = 0;
    const wire = await Wire.ready(server.socketUrl, eve.token);
    for (let i = 0; i < 60; i += 1) {
      const id = i.toString(16).padStart(16, '0');
      const query = '{ room(id: "ID") { id } }'.replace('ID', id);
      const frame = await wire.run(`${i}`, 'query ($id: ID!) { room(id: $id) { id } }', { id });
      const answer = i < 30 ? null : await post(server.graphqlUrl, query, {}, eve.headers);
      if (!JSON.stringify([frame, answer?.errors ?? []]).includes('RATE_LIMITED')) looked += 1;
    }
    wire.end();
    const guest = new Participant(server.socketUrl, eve);
    const joined = await guest.join({ roomId: 'f'.repeat(16) });
    expect(joined).toMatchObject({
      __typename: 'JoinRefused',
      error: { __typename: 'RateLimitedError' },
    });
    await guest.dispose();
    expect(looked).toBeLessThan(30);
    return `${looked} of 60 guesses at 64 random bits, then RateLimitedError for queries and joins`;
  });
});
