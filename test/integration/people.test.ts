import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash as argon2Hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { openStore } from '../../src/store/open.ts';
import { enterAsGuest } from '../kit/guests.ts';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const PASSWORD = 'correct horse battery';
const TURN = {
  TURN_URLS: 'turn:127.0.0.1:3478',
  TURN_SECRET: 'a shared secret',
  GUESTS_PER_ADDRESS: '1000',
};

let server: TestServer;
let url: string;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'peerql-people-'));
  server = await startServer({ env: TURN, dataDir });
  url = server.graphqlUrl;
});
afterAll(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function iceServers(headers: Record<string, string>, roomId: string | null) {
  const document =
    'query ($roomId: ID) { iceServers(roomId: $roomId) { servers { urls } expiresAt } }';
  type Data = { iceServers: { servers: { urls: string[] }[]; expiresAt: string | null } };
  const { data, errors } = await post<Data, object>(url, document, { roomId }, headers);
  return errors === undefined ? data?.iceServers : errors[0]?.extensions?.code;
}

describe('names', () => {
  test('one character is a name, and what is not drawn is taken out', async () => {
    const li = await register(url, '李');
    const renamed = await mutate(
      url,
      'updateProfile',
      { name: ' A\u200Bd\u202Ea\u3164 ' },
      'account { name }',
      li.headers,
    );
    expect(renamed).toMatchObject({ account: { name: 'Ada' } });
    const room = await mutate(
      url,
      'createRoom',
      { name: '\u2800会\u2066' },
      'room { name }',
      li.headers,
    );
    expect(room).toMatchObject({ room: { name: '会' } });
    for (const name of ['\u3164\u115F', '\u2800', '\uDC00x']) {
      for (const [mutation, fields] of [
        ['updateProfile', 'account { id }'],
        ['createRoom', 'room { id }'],
      ] as const) {
        const refused = await mutate(url, mutation, { name }, fields, li.headers);
        expect(refused).toMatchObject({
          __typename: 'InvalidInputError',
          issues: [{ path: 'name' }],
        });
      }
    }
  });

  test('two people whose names look alike share a key, in events as in queries', async () => {
    const anna = await register(url, 'Anna');
    const room = await createRoom(url, anna, { allowGuests: true });
    const first = new Participant(server.socketUrl, anna);
    await first.join({ roomId: room.id });
    const guest = await enterAsGuest(url, room.id, 'Аnnа');
    const second = new Participant(server.socketUrl, guest);
    await second.join({ roomId: room.id });
    const { participant } = await first.next('ParticipantJoined');
    const { self } = first.snapshot;
    expect(participant.user.nameKey).toBe(self.user.nameKey);
    expect(second.snapshot.participants[0]?.user.nameKey).toBe(self.user.nameKey);
    const document =
      'query ($id: ID!) { room(id: $id) { owner { nameKey } participants { user { nameKey } } } }';
    const { data } = await post(url, document, { id: room.id }, anna.headers);
    const key = { nameKey: self.user.nameKey };
    expect(data).toEqual({ room: { owner: key, participants: [{ user: key }, { user: key }] } });
    await mutate(url, 'updateProfile', { name: 'Grace' }, 'account { id }', guest.headers);
    const updated = await first.next('ParticipantUpdated');
    expect(updated.participant.user).toMatchObject({ name: 'Grace' });
    expect(updated.participant.user.nameKey).not.toBe(self.user.nameKey);
    await first.dispose();
    await second.dispose();
  });

  test('a new name shows in every room that its owner made, in it or not', async () => {
    const ann = await register(url, 'Ann');
    const rooms = [await createRoom(url, ann), await createRoom(url, ann)];
    const bob = await register(url, 'Bob');
    const inside = new Participant(server.socketUrl, bob);
    await inside.join({ roomId: rooms[0]?.id ?? '' });
    await mutate(url, 'updateProfile', { name: 'Grace' }, 'account { id }', ann.headers);
    expect((await inside.next('RoomUpdated')).room.owner).toMatchObject({ name: 'Grace' });
    for (const { id } of rooms) {
      const document = 'query ($id: ID!) { room(id: $id) { owner { name } } }';
      const { data } = await post(url, document, { id }, bob.headers);
      expect(data).toEqual({ room: { owner: { name: 'Grace' } } });
    }
    await inside.dispose();
  });
});

test('half of a surrogate pair is refused in whatever is sent', async () => {
  const ann = await register(url, 'Ann');
  const bob = await register(url, 'Bob');
  const { id: roomId } = await createRoom(url, ann);
  const [sender, receiver] = [
    new Participant(server.socketUrl, ann),
    new Participant(server.socketUrl, bob),
  ];
  await sender.join({ roomId });
  await receiver.join({ roomId });
  const to = receiver.snapshot.self.id;
  const lone = 'x\uD83D';
  const candidate = { candidate: 'candidate:1', sdpMid: '0' };
  for (const [mutation, input, path] of [
    ['sendMessage', { text: lone }, 'text'],
    ['sendMessage', { text: 'x', messageId: lone }, 'messageId'],
    ['sendOffer', { to, sdp: lone }, 'sdp'],
    ['sendAnswer', { to, sdp: lone }, 'sdp'],
    ['sendOffer', { to, sdp: 'v=0', signalId: lone }, 'signalId'],
    ['sendIceCandidates', { to, candidates: [{ candidate: lone }] }, 'candidates.0.candidate'],
    [
      'sendIceCandidates',
      { to, candidates: [candidate, { ...candidate, sdpMid: lone }] },
      'candidates.1.sdpMid',
    ],
    [
      'sendIceCandidates',
      { to, candidates: [{ ...candidate, usernameFragment: lone }] },
      'candidates.0.usernameFragment',
    ],
  ] as const) {
    const refused = await mutate(url, mutation, { roomId, ...input }, 'cursor', ann.headers);
    expect(refused, mutation).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    });
  }
  const gone = await mutate(
    url,
    'sendOffer',
    { roomId, to: lone, sdp: 'v=0' },
    'cursor',
    ann.headers,
  );
  expect(gone.__typename).toBe('PeerNotInRoomError');
  const key = new Participant(server.socketUrl, bob);
  expect(await key.join({ roomId, clientKey: lone }).catch(String)).toMatch(
    /InvalidInput|clientKey|surrogate/,
  );
  for (const one of [sender, receiver, key]) await one.dispose();
});

describe('TURN credentials', () => {
  const turned = (answer: unknown) => JSON.stringify(answer).includes('turn:');

  test('are for who is in the room, and for nobody else', async () => {
    const [ann, bob] = [await register(url, 'Ann'), await register(url, 'Bob')];
    const { id } = await createRoom(url, ann, { allowGuests: true });
    const guest = await enterAsGuest(url, id, 'Grace');
    expect(await iceServers(guest.headers, null)).toBe('INVALID_INPUT');
    expect(await iceServers(guest.headers, id)).toBe('NOT_IN_ROOM');
    expect(await iceServers(bob.headers, id)).toBe('NOT_IN_ROOM');
    expect(await iceServers(bob.headers, '0123456789abcdef')).toBe('NOT_IN_ROOM');
    const open = await iceServers(bob.headers, null);
    expect(open).toMatchObject({ expiresAt: null, servers: [{ urls: ['stun:127.0.0.1:3478'] }] });
    expect(turned(open)).toBe(false);

    const [host, inside] = [
      new Participant(server.socketUrl, ann),
      new Participant(server.socketUrl, guest),
    ];
    await host.join({ roomId: id });
    await inside.join({ roomId: id });
    expect(turned(await iceServers(guest.headers, id))).toBe(true);
    const participantId = inside.snapshot.self.id;
    await mutate(
      url,
      'removeParticipant',
      { roomId: id, participantId, ban: true },
      'participantId',
      ann.headers,
    );
    await inside.ended();
    expect(await iceServers(guest.headers, id)).toBe('NOT_IN_ROOM');
    await host.dispose();
    await inside.dispose();
  });

  test('are for who waits before the room, until that is over', async () => {
    const [ann, bob] = [await register(url, 'Ann'), await register(url, 'Bob')];
    const { id } = await createRoom(url, ann, { access: 'KNOCK' });
    const host = new Participant(server.socketUrl, ann);
    await host.join({ roomId: id });
    const waiting = new Participant(server.socketUrl, bob);
    expect(await waiting.join({ roomId: id })).toMatchObject({ __typename: 'KnockPending' });
    expect(turned(await iceServers(bob.headers, id))).toBe(true);
    const { knockId } = await host.next('KnockReceived');
    await mutate(url, 'denyParticipant', { roomId: id, knockId }, 'knockId', ann.headers);
    await waiting.next('JoinRefused');
    expect(await iceServers(bob.headers, id)).toBe('NOT_IN_ROOM');
    await host.dispose();
    await waiting.dispose();
  });
});

describe('relayOnly', () => {
  test('is off, is set and changed by the owner, and is told to those in the room', async () => {
    const ann = await register(url, 'Ann');
    expect(await createRoom(url, ann)).toMatchObject({ relayOnly: false });
    const room = await createRoom(url, ann, { relayOnly: true });
    expect(room.relayOnly).toBe(true);
    const inside = new Participant(server.socketUrl, ann);
    await inside.join({ roomId: room.id });
    expect(inside.snapshot.room.relayOnly).toBe(true);
    const change = { roomId: room.id, relayOnly: false };
    expect(
      await mutate(url, 'updateRoom', change, 'room { relayOnly }', ann.headers),
    ).toMatchObject({ room: { relayOnly: false } });
    expect((await inside.next('RoomUpdated')).room.relayOnly).toBe(false);
    await inside.dispose();
  });

  test('is refused where there is no TURN server', async () => {
    const other = await startServer();
    const ann = await register(other.graphqlUrl, 'Ann');
    const room = await createRoom(other.graphqlUrl, ann, { relayOnly: false });
    for (const [mutation, input] of [
      ['createRoom', {}],
      ['updateRoom', { roomId: room.id }],
    ] as const) {
      const refused = await mutate(
        other.graphqlUrl,
        mutation,
        { ...input, relayOnly: true },
        'room { id }',
        ann.headers,
      );
      expect(refused.issues).toEqual([
        { path: 'relayOnly', message: 'needs a TURN server, and none is configured' },
      ]);
    }
    await other.close();
  });
});

describe('a deleted account', () => {
  test('leaves neither its email nor its name in the files', async () => {
    const name = 'Wilhelmina Featherstone';
    const ann = await register(url, name);
    await createRoom(url, ann, { name: 'A room' });
    await mutate(url, 'issueConnectionToken', {}, 'token', ann.headers);
    const found = () =>
      readdirSync(dataDir)
        .map((file) => readFileSync(join(dataDir, file), 'latin1'))
        .filter((bytes) => bytes.includes(ann.email) || bytes.includes(name)).length;
    expect(found()).toBeGreaterThan(0);
    const refused = await mutate(url, 'deleteAccount', {}, 'accountId', ann.headers);
    expect(refused).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'password' }],
    });
    await mutate(url, 'deleteAccount', { password: PASSWORD }, 'accountId', ann.headers);
    expect(found()).toBe(0);
  });

  test('may be a guest’s, who has no password', async () => {
    const ann = await register(url, 'Ann');
    const { id } = await createRoom(url, ann, { allowGuests: true });
    const guest = await enterAsGuest(url, id, 'Ermintrude Guest');
    const stay = new Participant(server.socketUrl, guest);
    await stay.join({ roomId: id });
    const deleted = await mutate(url, 'deleteAccount', {}, 'accountId', guest.headers);
    expect(deleted).toMatchObject({ accountId: guest.accountId });
    expect(await stay.closed()).toBe(4401);
    const { data } = await post(url, '{ me { id } }', {}, guest.headers);
    expect(data).toEqual({ me: null });
    for (const file of readdirSync(dataDir)) {
      expect(readFileSync(join(dataDir, file), 'latin1')).not.toContain('Ermintrude');
    }
  });
});

describe('a password', () => {
  const signIn = async (email: string, password: string) =>
    (await mutate(url, 'login', { email, password, delivery: 'BEARER' }, 'token')).__typename;

  test('is the same from every keyboard', async () => {
    const composed = 'pássw\u00F6rd for all';
    const email = `unicode-${process.pid}@example.com`;
    const input = { name: 'Ann', email, password: composed.normalize('NFD'), delivery: 'BEARER' };
    await mutate(url, 'register', input, 'token');
    expect(await signIn(email, composed.normalize('NFC'))).toBe('LoginSuccess');
    expect(await signIn(email, composed.normalize('NFD').replaceAll(' ', '\u00A0'))).toBe(
      'LoginSuccess',
    );
    expect(await signIn(email, 'passwörd for all')).toBe('BadCredentialsError');
    const long = { ...input, email: `x${email}`, password: 'o\u0308'.repeat(128) };
    expect((await mutate(url, 'register', long, 'token')).__typename).toBe('RegisterSuccess');
    expect(await signIn(long.email, long.password)).toBe('LoginSuccess');
    const lone = await mutate(
      url,
      'register',
      { ...input, email: `y${email}`, password: 'passphrase \uD800' },
      'token',
    );
    expect(lone.issues).toEqual([
      { path: 'password', message: 'must not contain half of a surrogate pair' },
    ]);
  });

  test('that was hashed as it was typed still works, and is hashed anew', async () => {
    const ann = await register(url, 'Ann');
    const typed = 'ein schönes Passwort'.normalize('NFD');
    const other = await openStore(
      { dataDir },
      { clock: systemClock, log: { info() {}, warn() {} } },
    );
    const passwordHash = await argon2Hash(typed, {
      algorithm: 2,
      memoryCost: 19_456,
      timeCost: 2,
      parallelism: 1,
    });
    await other.accounts.update(ann.accountId, { passwordHash });
    expect(await signIn(ann.email, typed.normalize('NFC'))).toBe('BadCredentialsError');
    expect(await signIn(ann.email, typed)).toBe('LoginSuccess');
    expect((await other.accounts.findById(ann.accountId))?.passwordHash).not.toBe(passwordHash);
    await other.close();
    expect(await signIn(ann.email, typed.normalize('NFC'))).toBe('LoginSuccess');
  });
});
