import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleNames } from '../../scripts/api-examples.ts';
import { createJoinToken } from '../../src/server-sdk/index.ts';
import { type Asker, at, ExampleRunner } from '../kit/api-examples.ts';
import { MailServer } from '../kit/mail-server.ts';
import { PushService } from '../kit/push-service.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const ADMIN_TOKEN = 'the-token-of-the-administrator-of-this-test';
const SECRET = 'a secret of 32 bytes that a team and its server share';
const PASSWORD = 'a long passphrase';

let server: TestServer;
let mail: MailServer;
let push: PushService;
let examples: ExampleRunner;

beforeAll(async () => {
  [mail, push] = [await MailServer.start(), await PushService.start()];
  server = await startServer({
    env: {
      ADMIN_TOKEN,
      API_KEYS: `shop:${SECRET}`,
      SMTP_URL: mail.url,
      STUN_URLS: 'stun:stun.example.com:3478',
      PUSH_SUBJECT: 'mailto:admin@example.com',
    },
    overrides: { pushNetwork: push.network },
  });
  examples = new ExampleRunner(server);
});
afterAll(async () => {
  await examples.dispose();
  await server.close();
  await Promise.all([mail.close(), push.stop()]);
});

/** Runs an example, and compares its file with what the server answers (`-u` writes it). */
async function run(name: string, by?: Asker, names?: Readonly<Record<string, string>>) {
  const { file, path, data } = await examples.run(name, by, names);
  await expect(file).toMatchFileSnapshot(path);
  return data;
}

const admin: Asker = { headers: { 'x-admin-token': ADMIN_TOKEN } };
const ROOM_EVENTS = `subscription ($roomId: ID!, $clientKey: ID!) {
  roomEvents(roomId: $roomId, clientKey: $clientKey) {
    __typename ... on RoomSnapshot { self { id } } ... on KnockPending { knockId }
  }
}`;

async function register(name: string): Promise<{ token: string; id: string }> {
  const query = `mutation ($input: RegisterInput!) {
    register(input: $input) { ... on RegisterSuccess { token account { id } } }
  }`;
  const email = `${name.toLowerCase()}@example.com`;
  const input = { name, email, password: PASSWORD, delivery: 'BEARER' };
  const data = await examples.ask(query, { input });
  return {
    token: String(at(data, 'register.token')),
    id: String(at(data, 'register.account.id')),
  };
}

async function login(password: string): Promise<string> {
  const query = `mutation ($input: LoginInput!) { login(input: $input) { ... on LoginSuccess { token } } }`;
  const input = { email: 'ann@example.com', password, delivery: 'BEARER' };
  return String(at(await examples.ask(query, { input }), 'login.token'));
}

/** Asks a mutation that is no example for one field of its success. */
async function mutate(by: Asker, name: string, input: object, field = '__typename') {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { ... on ${type}Success { ${field} } } }`;
  const data = await examples.ask(query, { input }, by);
  expect(at(data, name), `${name} ${JSON.stringify(input)}`).not.toEqual({});
  return at(data, name);
}

test('the examples of the API reference do what they show', async () => {
  // Accounts.
  const registered = await run('register', {}, { ANNS_ID: 'register.account.id' });
  let ann: Asker = { token: String(at(registered, 'register.token')) };
  await run('me', ann, { ANNS_SESSION: 'me.sessions.0.id' });
  await run('login');
  const sessions = await examples.ask('{ me { sessions { id current } } }', {}, ann);
  const others = (at(sessions, 'me.sessions') as { id: string; current: boolean }[]).filter(
    ({ current }) => !current,
  );
  examples.name('SESSION_ID', others[0]?.id);
  await run('revokeSession', ann);
  await login(PASSWORD);
  await run('revokeOtherSessions', ann);
  await run('requestEmailVerification', ann);
  examples.name('MAILED_TOKEN', await mail.tokenFor('ann@example.com', 'verifyEmail'));
  await run('verifyEmail');
  await run('changePassword', ann);
  await run('requestPasswordReset');
  examples.name('MAILED_TOKEN', await mail.tokenFor('ann@example.com', 'resetPassword'));
  await run('resetPassword');
  ann = { token: await login('a new passphrase') };

  const bobs = await register('Bob');
  const bob: Asker = { token: bobs.token };
  examples.name('BOBS_ID', bobs.id);
  await run('admin.upsertUser', admin, { CEMS_ID: 'admin.upsertUser.user.id' });
  const joinToken = () =>
    createJoinToken({
      apiKey: 'shop',
      apiSecret: SECRET,
      subject: '42',
      name: 'Cem',
      ttlSeconds: 60,
    });
  examples.name('JOIN_TOKEN', await joinToken());
  const exchanged = await run('exchangeToken', {}, { CEMS_ID: 'exchangeToken.account.id' });
  const cem: Asker = { token: String(at(exchanged, 'exchangeToken.token')) };
  examples.name('JOIN_TOKEN', await joinToken());
  await run('reauthenticate', cem);

  // Rooms.
  await run('createRoom', ann, { ROOM_ID: 'createRoom.room.id' });
  await run('rooms', ann);
  await run('issueConnectionToken', ann);
  const annsSocket = examples.socket(ann.token ?? '');
  await run('roomEvents', { socket: annsSocket }, { ANNS_STAY: 'roomEvents.self.id' });
  const annInRoom: Asker = { socket: annsSocket };
  const bobsSocket = examples.socket(bob.token ?? '');
  const join = async (socket: typeof bobsSocket, clientKey: string) =>
    at(await examples.ask(ROOM_EVENTS, { roomId: 'ROOM_ID', clientKey }, { socket }), 'roomEvents');
  examples.name('BOBS_STAY', at(await join(bobsSocket, 'bobs-tab'), 'self.id'));
  await run('room', ann);
  await run('invitation');
  await run('enterAsGuest', {}, { GUESTS_ID: 'enterAsGuest.account.id' });
  await run('iceServers', ann);
  await run('setMedia', annInRoom);
  await run('raiseHand', annInRoom);
  await run('sendMessage', annInRoom);
  await run('sendOffer', annInRoom);
  await run('sendAnswer', { socket: bobsSocket });
  await run('sendIceCandidates', annInRoom);
  await run('muteParticipant', annInRoom);
  await run('admin.rooms', admin);
  await run('admin.room', admin);
  await run('removeParticipant', annInRoom);
  await run('unbanFromRoom', ann);
  examples.name('BOBS_STAY', at(await join(bobsSocket, 'bobs-tab-2'), 'self.id'));
  await run('admin.removeParticipant', admin);
  await run('updateRoom', annInRoom);
  const knock = await join(examples.socket(cem.token ?? ''), 'cems-tab');
  examples.name('KNOCK_ID', at(knock, 'knockId'));
  await run('denyParticipant', annInRoom);
  const doras = await register('Dora');
  const dora: Asker = { token: doras.token };
  const second = await join(examples.socket(doras.token), 'doras-tab');
  examples.name('KNOCK_ID', at(second, 'knockId'));
  await run('admitParticipant', annInRoom);
  await run('leaveRoom', annInRoom);
  await run('closeRoom', ann);
  examples.name('ROOM_ID', at(await mutate(ann, 'createRoom', {}, 'room { id }'), 'room.id'));
  await run('admin.closeRoom', admin);

  // Calls.
  await run('updateReachability', bob);
  await run('reachability', bob);
  await run('accountEvents', { socket: bobsSocket });
  const ringing = { CALL_ID: 'ring.call.id', ROOM_ID: 'ring.call.room.id' };
  await run('ring', ann, ringing);
  await run('declineCall', bob);
  const again = async (userIds: string[]) =>
    examples.name(
      'CALL_ID',
      at(await mutate(ann, 'ring', { userIds, media: 'AUDIO' }, 'call { id }'), 'call.id'),
    );
  await again(['BOBS_ID']);
  await run('cancelCall', ann);
  const past = async () =>
    (
      at(
        await examples.ask('{ calls { edges { node { id } } } }', {}, ann),
        'calls.edges',
      ) as unknown[]
    ).length;
  await until(async () => (await past()) === 2, 'the past calls');
  const first = at(
    await examples.ask('{ calls { edges { node { id } } } }', {}, ann),
    'calls.edges.1.node.id',
  );
  examples.name('FIRST_CALL_ID', first);
  await run('markCallsSeen', ann);
  await run('calls', ann);

  // Push messages, to somebody whose page is closed.
  await run('pushKey', {}, { PUSH_KEY: 'pushKey' });
  await mutate(dora, 'updateReachability', { allowCallsFrom: 'EVERYONE' });
  const browser = push.browser();
  examples.name('ENDPOINT', browser.subscription.endpoint);
  examples.name('P256DH', browser.subscription.p256dh);
  examples.name('AUTH', browser.subscription.auth);
  await run('savePushSubscription', dora);
  await again([doras.id]);
  await push.until(() => push.received.length > 0);
  examples.name('PUSHED_TOKEN', at(push.received[0]?.message, 'token'));
  await run('pushedCall');
  await run('declinePushedCall');
  await run('removePushSubscription', dora);
  const accepted = await mutate(ann, 'ring', { userIds: ['BOBS_ID'] }, 'call { id room { id } }');
  examples.name('CALL_ID', at(accepted, 'call.id'));
  examples.name('ROOM_ID', at(accepted, 'call.room.id'));
  await run('acceptCall', bob);

  // Contacts.
  await run('requestContact', ann);
  await mutate(ann, 'requestContact', { userId: 'BOBS_ID' });
  await run('answerContact', bob);
  await run('contacts', bob);
  await run('removeContact', ann);
  await run('blockUser', ann);
  await run('unblockUser', ann);

  // The end of everything.
  await run('admin.endSessions', admin);
  await run('admin.deleteUser', admin);
  await run('updateProfile', ann);
  await run('logout', ann, { ANNS_SESSION: 'logout.sessionId' });
  await run('deleteAccount', bob);

  expect(examples.ran.toSorted(), 'an example that is not run').toEqual(exampleNames());
}, 60_000);
