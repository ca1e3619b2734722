import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MeDocument } from '../../src/client/generated/graphql.ts';
import {
  type AdminClient,
  AdminError,
  createAdminClient,
  createJoinToken,
} from '../../src/server-sdk/index.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const ADMIN_TOKEN = '0123456789-0123456789-0123456789-ab';

let server: TestServer;
let admin: AdminClient;

beforeAll(async () => {
  server = await startServer({ env: { ADMIN_TOKEN } });
  admin = createAdminClient({ url: server.graphqlUrl, adminToken: ADMIN_TOKEN });
});
afterAll(() => server.close());

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AdminError);
  return error instanceof AdminError ? error.code : '';
}

test('rooms are read page by page, and one by its id with who is in it', async () => {
  const ann = await register(server.graphqlUrl, 'Ann');
  const names = ['One', 'Two', 'Three'];
  const made = [];
  for (const name of names) made.push(await createRoom(server.graphqlUrl, ann, { name }));
  const seen = [];
  let after: string | undefined;
  do {
    const page = await admin.rooms({ first: 2, ...(after === undefined ? {} : { after }) });
    expect(page.rooms.length).toBeLessThanOrEqual(2);
    seen.push(...page.rooms);
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(seen.map(({ name }) => name)).toEqual(names.toReversed());

  const participant = new Participant(server.socketUrl, ann);
  await participant.join({ roomId: made[0]?.id ?? '' });
  const room = await admin.room(made[0]?.id ?? '');
  expect(room).toMatchObject({ name: 'One', owner: { name: 'Ann' } });
  expect(room?.participants.map(({ user, role }) => [user.name, role])).toEqual([['Ann', 'HOST']]);
  expect(await admin.room('0000000000000000')).toBeNull();
  await participant.dispose();
});

test('somebody is removed and banned, and a room is closed; refusals have codes', async () => {
  const [ann, bob] = [await register(server.graphqlUrl), await register(server.graphqlUrl)];
  const room = await createRoom(server.graphqlUrl, ann);
  const participant = new Participant(server.socketUrl, bob);
  await participant.join({ roomId: room.id });
  const [stayed] = (await admin.room(room.id))?.participants ?? [];
  const stay = { roomId: room.id, participantId: stayed?.id ?? '', ban: true };
  await admin.removeParticipant(stay);
  await participant.ended();
  expect(await codeOf(admin.removeParticipant(stay))).toBe('PEER_NOT_IN_ROOM');
  expect((await admin.room(room.id))?.bannedUserIds).toEqual([stayed?.user.id]);
  await admin.closeRoom(room.id);
  expect(await codeOf(admin.closeRoom(room.id))).toBe('ROOM_NOT_FOUND');
  await participant.dispose();
});

test('a wrong token, a page that is no API, nobody there, and one who is slow', async () => {
  const url = server.graphqlUrl;
  const of = (options: Partial<Parameters<typeof createAdminClient>[0]>) =>
    createAdminClient({ url, adminToken: ADMIN_TOKEN, ...options }).rooms();
  expect(await codeOf(of({ adminToken: 'wrong' }))).toBe('FORBIDDEN');
  expect(await codeOf(of({ url: server.url.replace(/:\d+$/, ':1') }))).toBe('NETWORK');
  const received: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    received.push(request.headers['x-admin-token']?.toString());
    if (request.url === '/html') response.end('<p>Hello');
    if (request.url === '/moved') response.writeHead(307, { location: '/html' }).end();
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  expect(await codeOf(of({ url: `${origin}/html` }))).toBe('NETWORK');
  expect(await codeOf(of({ url: `${origin}/moved` }))).toBe('NETWORK');
  expect(await codeOf(of({ url: `${origin}/slow`, timeoutMs: 50 }))).toBe('NETWORK');
  // The token did not go where a server pointed to.
  expect(received).toEqual([ADMIN_TOKEN, ADMIN_TOKEN, ADMIN_TOKEN]);
  other.closeAllConnections();
  other.close();
});

test('a join token signs its bearer in, and endSessions and deleteUser end that', async () => {
  const apiSecret = '0123456789-0123456789-0123456789-cd';
  const shop = await startServer({ env: { ADMIN_TOKEN, API_KEYS: `shop:${apiSecret}` } });
  const options = { apiKey: 'shop', apiSecret, subject: 'user-1', name: 'Ann', ttlSeconds: 600 };
  const token = await createJoinToken(options);
  const nameOf = async (bearer: string) => {
    const headers = { authorization: `Bearer ${bearer}` };
    return (await post(shop.graphqlUrl, MeDocument, {}, headers)).data?.me?.name;
  };
  expect(await nameOf(token)).toBe('Ann');
  const other = createAdminClient({ url: shop.graphqlUrl, adminToken: ADMIN_TOKEN });
  const person = { issuer: 'shop', subject: 'user-1' };
  expect(await other.endSessions(person)).toBe(1);
  expect(await nameOf(token)).toBeUndefined();
  const id = await other.upsertUser({ ...person, name: 'Anna' });
  expect(await other.upsertUser({ ...person, name: 'Anne' })).toBe(id);
  expect(await codeOf(other.upsertUser({ ...person, name: '' }))).toBe('INVALID_INPUT');
  expect(await other.deleteUser(person)).toBe(true);
  expect(await other.deleteUser(person)).toBe(false);
  await shop.close();
});
