import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  CloseRoomDocument,
  CreateRoomDocument,
  EnterAsGuestDocument,
  LoginDocument,
  MeDocument,
  RequestEmailVerificationDocument,
  RequestPasswordResetDocument,
  RoomDocument,
} from '../../src/client/generated/graphql.ts';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { MailServer } from '../kit/mail-server.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const TTL_SECONDS = 60;
const GUESTS = 30;

let server: TestServer;
let ann: Person;
let now = Date.now();
const clock: Clock = { ...systemClock, now: () => now, elapsed: () => now };

beforeAll(async () => {
  server = await startServer({
    env: { ROOM_TTL_SECONDS: String(TTL_SECONDS), GUESTS_PER_ADDRESS: String(GUESTS) },
    overrides: { clock },
  });
});
beforeEach(async () => {
  ann = await register(server.graphqlUrl, 'Ann');
});
afterAll(() => server.close());

async function enter(roomId: string, name = 'Grace', delivery: 'BEARER' | 'COOKIE' = 'BEARER') {
  const input = { roomId, name, delivery };
  const answer = await post(server.graphqlUrl, EnterAsGuestDocument, { input });
  return { result: answer.data?.enterAsGuest, headers: answer.headers };
}

async function openRoom() {
  const input = { allowGuests: true };
  const answer = await post(server.graphqlUrl, CreateRoomDocument, { input }, ann.headers);
  const result = answer.data?.createRoom;
  if (result?.__typename !== 'CreateRoomSuccess') throw new Error(JSON.stringify(answer));
  return result.room;
}

async function guestOf(roomId: string, name = 'Grace') {
  const { result } = await enter(roomId, name);
  if (result?.__typename !== 'EnterAsGuestSuccess' || typeof result.token !== 'string') {
    throw new Error(JSON.stringify(result));
  }
  const { account, token } = result;
  const headers = { authorization: `Bearer ${token}` };
  const { id: accountId, email } = account;
  return { account, name, email, password: '', accountId, token, headers };
}

const me = async (headers: Record<string, string>) =>
  (await post(server.graphqlUrl, MeDocument, {}, headers)).data?.me;

describe('a guest', () => {
  test('enters a room with a name alone, and is marked as one', async () => {
    const room = await openRoom();
    const grace = await guestOf(room.id);
    expect(grace.account).toMatchObject({ name: 'Grace', isGuest: true, emailVerified: false });
    expect((await me(ann.headers))?.isGuest).toBe(false);

    const host = new Participant(server.socketUrl, ann);
    await host.join({ roomId: room.id });
    const guest = new Participant(server.socketUrl, grace);
    await guest.join({ roomId: room.id });
    const { self, room: seen } = guest.snapshot;
    expect(self).toMatchObject({ user: { name: 'Grace', isGuest: true }, role: 'MEMBER' });
    expect(seen.id).toBe(room.id);
    const joined = await host.next('ParticipantJoined');
    expect(joined.participant.user).toMatchObject({ id: grace.account.id, isGuest: true });
    await guest.dispose();
    await host.dispose();
  });

  test('gets a cookie where it asks for one', async () => {
    const room = await openRoom();
    const { result, headers } = await enter(room.id, 'Grace', 'COOKIE');
    expect(result).toMatchObject({ __typename: 'EnterAsGuestSuccess', token: null });
    expect(headers.get('set-cookie')).toMatch(/HttpOnly/i);
  });

  test('is let in only where the room allows it', async () => {
    const room = await createRoom(server.graphqlUrl, ann);
    expect((await enter(room.id)).result).toMatchObject({ __typename: 'GuestsNotAllowedError' });
    expect((await enter('0123456789abcdef')).result).toMatchObject({
      __typename: 'RoomNotFoundError',
    });
  });

  test.each(['', '\u3164', 'x'.repeat(51), 'a\nb', 'x\uD800'])(
    'cannot be called %j',
    async (name) => {
      const room = await openRoom();
      expect((await enter(room.id, name)).result).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [expect.objectContaining({ path: 'name' })],
      });
    },
  );

  test('knows of no other room, and makes none', async () => {
    const [room, other] = [await openRoom(), await openRoom()];
    const grace = await guestOf(room.id);
    const find = async (id: string) =>
      (await post(server.graphqlUrl, RoomDocument, { id }, grace.headers)).data?.room;
    expect(await find(room.id)).toMatchObject({ id: room.id });
    expect(await find(other.id)).toBeNull();
    const guest = new Participant(server.socketUrl, grace);
    expect(await guest.join({ roomId: other.id })).toMatchObject({
      __typename: 'JoinRefused',
      error: { __typename: 'RoomNotFoundError' },
    });
    await guest.dispose();
    const made = await post(server.graphqlUrl, CreateRoomDocument, { input: {} }, grace.headers);
    expect(made.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('cannot be signed in as with any password', async () => {
    const { account } = await guestOf((await openRoom()).id);
    for (const password of ['!', '', 'password']) {
      const input = { email: account.email, password, delivery: 'BEARER' as const };
      const { data } = await post(server.graphqlUrl, LoginDocument, { input });
      expect(data?.login).toMatchObject({ __typename: 'BadCredentialsError' });
    }
  });

  test('has no email, so no mail is sent for one', async () => {
    const mailServer = await MailServer.start();
    const mailing = await startServer({ env: { SMTP_URL: mailServer.url } });
    const host = await register(mailing.graphqlUrl, 'Ann');
    await mailServer.tokenFor(host.email, 'verifyEmail');
    const { id: roomId } = await createRoom(mailing.graphqlUrl, host, { allowGuests: true });
    const input = { roomId, name: 'Grace', delivery: 'BEARER' } as const;
    const entered = (await post(mailing.graphqlUrl, EnterAsGuestDocument, { input })).data
      ?.enterAsGuest;
    if (entered?.__typename !== 'EnterAsGuestSuccess') throw new Error(JSON.stringify(entered));
    const ask = (headers: Record<string, string>) =>
      post(mailing.graphqlUrl, RequestEmailVerificationDocument, {}, headers);
    const { data } = await ask({ authorization: `Bearer ${entered.token}` });
    expect(data?.requestEmailVerification.__typename).toBe('RequestEmailVerificationSuccess');
    const reset = { input: { email: entered.account.email } };
    await post(mailing.graphqlUrl, RequestPasswordResetDocument, reset);
    await ask(host.headers);
    // The server waits for what it sends.
    await mailing.close();
    expect(mailServer.mails.map(({ to }) => to)).toEqual([host.email, host.email]);
    await mailServer.close();
  });

  test('ends with its room: the stay, the session and the account', async () => {
    const room = await openRoom();
    const grace = await guestOf(room.id);
    // A socket that outlives its subscription, so that it is the server that closes it.
    const guest = new Participant(server.socketUrl, grace, { lazyCloseTimeout: 10_000 });
    await guest.join({ roomId: room.id });
    const input = { roomId: room.id };
    await post(server.graphqlUrl, CloseRoomDocument, { input }, ann.headers);
    expect(await guest.next('RoomClosed')).toMatchObject({ reason: 'CLOSED_BY_OWNER' });
    expect(await guest.closed()).toBe(4401);
    expect(await me(grace.headers)).toBeNull();
    await guest.dispose();
  });

  test('ends with a room that nobody used', async () => {
    const room = await openRoom();
    const grace = await guestOf(room.id);
    now += (TTL_SECONDS + 1) * 1000;
    await expect.poll(() => me(grace.headers), { timeout: 15_000 }).toBeNull();
  });
});

test(`GUESTS_PER_ADDRESS: after ${GUESTS} guests of one address the next one waits`, async () => {
  now += 2 * 3_600_000;
  const room = await openRoom();
  let entered = 0;
  for (;;) {
    const { result } = await enter(room.id);
    if (result?.__typename !== 'EnterAsGuestSuccess') {
      expect(result).toMatchObject({ __typename: 'RateLimitedError' });
      break;
    }
    entered += 1;
    expect(entered).toBeLessThanOrEqual(GUESTS);
  }
  expect(entered).toBeGreaterThan(0);
});
