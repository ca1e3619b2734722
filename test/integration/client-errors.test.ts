import { readdirSync, readFileSync } from 'node:fs';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { buildSchema, isEnumType, parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { refusal, unwrap } from '../../src/client/errors.ts';
import generated from '../../src/client/generated/possible-types.ts';
import {
  AcceptCallDocument,
  type Client,
  createClient,
  type OutgoingCall,
  PeerqlError,
  type RoomLink,
  SavePushSubscriptionDocument,
} from '../../src/client/index.ts';
import { type RoomActions, roomActions } from '../../src/client/room-actions.ts';
import { register } from '../kit/people.ts';
import { Phone, registerReachable } from '../kit/phone.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const PASSWORD = 'correct horse battery';
const NOBODY = '0123456789abcdef0123456789abcdef';

let server: TestServer;
let ann: Client;
let bob: Client;
let guest: Client;
const links: RoomLink[] = [];

beforeAll(async () => {
  server = await startServer({
    env: {
      SOCKETS_PER_USER: '4',
      ACCOUNT_FAILURES: '1',
      MAX_DOCUMENT_BYTES: '4096',
      MAX_VARIABLE_ITEMS: '100',
      MAX_CANDIDATES: '10',
      MAX_CHAT_BYTES: '100',
      MAX_MESSAGE_BYTES: '16384',
      CONTACTS_PER_USER: '1',
      // Where mail goes to the log alone, there is always a way to send it.
      NODE_ENV: 'production',
      JWT_SECRET: 'a secret of at least thirty-two bytes',
    },
  });
  [ann, bob, guest] = [await person('Ann'), await person('Bob'), make()];
});

afterAll(async () => {
  for (const link of links) link.leave();
  await server?.close();
});

const make = (token: string | null = null, url = server.graphqlUrl): Client =>
  createClient({
    url,
    auth: 'bearer',
    webSocket: WebSocket,
    backoff: { baseMs: 1, capMs: 10 },
    ...(token === null ? {} : { token }),
  });

const person = async (name: string) => make((await register(server.graphqlUrl, name)).token);

interface Stay {
  readonly link: RoomLink;
  readonly id: string;
  readonly actions: RoomActions;
}

/** Follows a room; fails with what ends the stay before it begins. */
function stay(client: Client, roomId: string): Promise<Stay> {
  const link = client.openRoom(roomId);
  links.push(link);
  return new Promise((resolve, reject) => {
    link.on('end', ({ error, reason }) => reject(error ?? new Error(reason)));
    link.on('event', (event) => {
      if (event.__typename !== 'RoomSnapshot') return;
      resolve({ link, id: event.self.id, actions: roomActions(link) });
    });
  });
}

/** The id of the next one who knocks. */
const knock = ({ link }: Stay) =>
  new Promise<string>((resolve) =>
    link.on('event', (event) => {
      if (event.__typename === 'KnockReceived') resolve(event.knockId);
    }),
  );

/** A room of Ann's, with her in it, and Bob where he is wanted. */
async function meet(bobToo = true): Promise<{ roomId: string; host: Stay; other: Stay }> {
  const { id: roomId } = await ann.createRoom();
  const host = await stay(ann, roomId);
  return { roomId, host, other: bobToo ? await stay(bob, roomId) : host };
}

const leave = (...stays: Stay[]) => {
  for (const { link } of stays) link.leave();
};

const ask = (text: string) => ann.execute(parse(text) as TypedDocumentNode<unknown, object>, {});
const registering = (input: Partial<Record<'name' | 'email' | 'password', string>>) => () =>
  make().register({ name: 'Cem', email: 'cem@example.com', password: PASSWORD, ...input });
const renaming = (name: string) => () => ann.createRoom({ name });
const issue = (code: string, path: string, limit: number | null = null) => ({
  name: 'InvalidInputError',
  issues: [{ code, path, limit }],
});

/** A code, how it comes about, and what the error says besides. */
type Row = [code: string, act: () => Promise<unknown>, more?: object];

const rows: Row[] = [
  [
    'ALREADY_IN_ROOM',
    async () => {
      const { roomId, host } = await meet(false);
      await stay(ann, roomId).finally(() => leave(host));
    },
  ],
  ['BAD_CREDENTIALS', () => make().login({ email: 'nobody@example.com', password: PASSWORD })],
  [
    'EMAIL_TAKEN',
    async () => {
      await registering({ email: 'taken@example.com' })();
      await registering({ email: 'Taken@example.com' })();
    },
  ],
  [
    'GUESTS_NOT_ALLOWED',
    async () => guest.enterAsGuest({ roomId: (await ann.createRoom()).id, name: 'Gus' }),
  ],
  [
    'KNOCK_DENIED',
    async () => {
      const { id } = await ann.createRoom({ access: 'KNOCK' });
      const host = await stay(ann, id);
      const knocks = knock(host);
      const waiting = stay(bob, id);
      const denied = expect(waiting).rejects.toThrow();
      await host.actions.deny(await knocks, false);
      await denied;
      leave(host);
      await waiting;
    },
  ],
  [
    'KNOCK_NOT_FOUND',
    async () => {
      const { host } = await meet(false);
      await host.actions.admit(NOBODY).finally(() => leave(host));
    },
  ],
  ['MAIL_UNAVAILABLE', () => make().requestPasswordReset('ann@example.com')],
  [
    'NOT_HOST',
    async () => {
      const { host, other } = await meet();
      await other.actions.remove(host.id, false).finally(() => leave(host, other));
    },
  ],
  ['NOT_IN_ROOM', async () => ann.iceServers((await ann.createRoom()).id)],
  ['NOT_OWNER', async () => bob.closeRoom((await ann.createRoom()).id)],
  [
    'PEER_NOT_IN_ROOM',
    async () => {
      const { host } = await meet(false);
      await host.actions.sendMessage('Hello', NOBODY).finally(() => leave(host));
    },
  ],
  [
    'RATE_LIMITED',
    async () => {
      const wrong = { email: 'ann-limited@example.com', password: 'not the password' };
      for (let attempt = 0; attempt < 5; attempt += 1) {
        await make()
          .login(wrong)
          .catch((error) => {
            if (error.code !== 'BAD_CREDENTIALS') throw error;
          });
      }
    },
    { name: 'RateLimitedError', retryAfter: expect.any(Number) },
  ],
  [
    'REMOVED_FROM_ROOM',
    async () => {
      const { roomId, host, other } = await meet();
      await host.actions.remove(other.id, true);
      await stay(bob, roomId).finally(() => leave(host));
    },
  ],
  [
    'ROOM_FULL',
    async () => {
      const { id } = await ann.createRoom({ capacity: 2 });
      const inside = [await stay(ann, id), await stay(bob, id)];
      await stay(await person('Cem'), id).finally(() => leave(...inside));
    },
    { name: 'RoomFullError', capacity: 2 },
  ],
  ['ROOM_LOCKED', async () => stay(bob, (await ann.createRoom({ access: 'LOCKED' })).id)],
  ['ROOM_NOT_FOUND', () => stay(ann, NOBODY)],
  ['SESSION_NOT_FOUND', () => ann.revokeSession(NOBODY)],
  ['TOKEN_INVALID', () => make().verifyEmail('none')],
  ['USER_NOT_FOUND', () => ann.people.requestContact({ userId: NOBODY })],
  ['CONTACT_NOT_FOUND', () => ann.people.answerContact(NOBODY, true)],
  [
    'TOO_MANY_CONTACTS',
    async () => {
      await ann.people.requestContact({ email: 'one@example.com' });
      await ann.people.requestContact({ email: 'two@example.com' });
    },
  ],
  ['ALREADY_IN_CALL', () => called(({ ringAgain }) => ringAgain())],
  ['CALL_ENDED', () => called(({ call, accept }) => call.cancel().then(accept))],
  [
    'ANSWERED_ELSEWHERE',
    () => called(({ call, phone, accept }) => phone.accept(call.id).then(accept)),
  ],
  [
    'CALL_ANSWERED',
    () => called(({ call, phone }) => phone.accept(call.id).then(() => call.cancel())),
  ],

  // What has no type in the schema.
  ['UNAUTHENTICATED', () => make().createRoom(), { name: 'RequestError' }],
  ['UNAUTHENTICATED', () => stay(make(), NOBODY)],
  ['BAD_REQUEST', () => ask('{ noSuchField }'), { name: 'RequestError' }],
  [
    'DOCUMENT_TOO_BIG',
    () => ask(`{ ${'__typename '.repeat(1_000)} }`),
    { message: expect.stringMatching(/\d/) },
  ],
  [
    'VARIABLES_TOO_BIG',
    () =>
      signalled((link, to) =>
        link.sendIceCandidates(
          to,
          Array.from({ length: 101 }, () => ({ candidate: '' })),
        ),
      ),
    { message: expect.stringContaining('100') },
  ],
  [
    'PUSH_UNAVAILABLE',
    async () => {
      const key = 'A'.repeat(86);
      const input = { endpoint: 'https://push.example.com/1', p256dh: key, auth: 'A'.repeat(22) };
      unwrap((await ann.execute(SavePushSubscriptionDocument, { input })).savePushSubscription);
    },
    { name: 'RefusedError' },
  ],
  ['NETWORK', () => make(null, 'http://127.0.0.1:9/graphql').me(), { name: 'NetworkError' }],
  [
    'TOO_MANY_SOCKETS',
    async () => {
      const dia = await person('Dia');
      const rooms = await Promise.all(Array.from({ length: 5 }, () => dia.createRoom()));
      const inside: Stay[] = [];
      for (const { id } of rooms) inside.push(await stay(dia, id));
    },
    { message: expect.stringContaining('4 at most') },
  ],
  [
    'ENDED',
    async () => {
      const { host } = await meet(false);
      leave(host);
      await host.actions.raiseHand(true);
    },
  ],

  // Every rule of an input that is broken, with its limit.
  ['INVALID_INPUT', registering({ password: 'abc' }), issue('TOO_SHORT', 'password', 6)],
  ['INVALID_INPUT', registering({ name: 'n'.repeat(51) }), issue('TOO_LONG', 'name', 50)],
  ['INVALID_INPUT', renaming('𝄞'.repeat(101)), issue('TOO_LONG', 'name', 100)],
  ['INVALID_INPUT', registering({ email: 'none' }), issue('BAD_FORMAT', 'email')],
  ['INVALID_INPUT', renaming('a\u0007b'), issue('BAD_CHARACTERS', 'name')],
  ['INVALID_INPUT', registering({ password: 'password' }), issue('TOO_COMMON', 'password')],
  [
    'INVALID_INPUT',
    registering({ name: 'Cem Canpolat', password: 'Cem Canpolat' }),
    issue('REPEATS_YOU', 'password'),
  ],
  ['INVALID_INPUT', () => ann.createRoom({ capacity: 1 }), issue('TOO_SMALL', 'capacity', 2)],
  ['INVALID_INPUT', () => ann.createRoom({ capacity: 51 }), issue('TOO_BIG', 'capacity', 50)],
  ['INVALID_INPUT', () => said('x'.repeat(101)), issue('TOO_BIG', 'text', 100)],
  ['INVALID_INPUT', () => said(' '), issue('TOO_SHORT', 'text', 1)],
  ['INVALID_INPUT', () => said('x'.repeat(20_000)), issue('TOO_BIG', 'input', 16_384)],
  ['INVALID_INPUT', () => said('\ud800'), issue('INVALID', 'text')],
  ['INVALID_INPUT', renaming('n'.repeat(20_000)), issue('TOO_BIG', 'input')],
  [
    'INVALID_INPUT',
    () => signalled((link, to) => link.sendOffer(to, '')),
    issue('TOO_SHORT', 'sdp', 1),
  ],
];

const said = (text: string) =>
  meet(false).then(({ host }) => host.actions.sendMessage(text, null).finally(() => leave(host)));

interface Called {
  readonly call: OutgoingCall;
  /** A device of whoever is called, on which it rings. */
  readonly phone: Phone;
  /** Accepts it on another device. */
  readonly accept: () => Promise<unknown>;
  readonly ringAgain: () => Promise<unknown>;
}

/** Does something about a call that rings. */
async function called(act: (ringing: Called) => Promise<unknown>): Promise<void> {
  const callee = await registerReachable(server.graphqlUrl, 'Eve');
  const [caller, other] = [await person('Fay'), make(callee.token)];
  const phone = new Phone(server.socketUrl, callee);
  await phone.attend();
  const ringAgain = () => caller.people.ring([callee.accountId]);
  const call = await ringAgain();
  const input = { callId: call.id, clientKey: 'another' };
  const accept = async () =>
    unwrap((await other.execute(AcceptCallDocument, { input })).acceptCall);
  try {
    await act({ call, phone, accept, ringAgain });
  } finally {
    await call.cancel().catch(() => {});
    await phone.dispose();
  }
}

async function signalled(send: (link: RoomLink, to: string) => Promise<void>): Promise<void> {
  const { host, other } = await meet();
  await send(host.link, other.id).finally(() => leave(host, other));
}

it.each(rows)('is %s', async (code, act, more = {}) => {
  const error = await act().catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(PeerqlError);
  expect(error).toMatchObject({ code, ...more });
  expect((error as PeerqlError).message).not.toBe('');
});

it('has a row for every error that the SDK asks for, and for every rule of an input', () => {
  const folder = new URL('../../src/client/operations/', import.meta.url);
  const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const fields = [...texts.join().matchAll(/^mutation [^{]*\{\s*(\w)(\w*)/gm)];
  const unions = fields.map(([, first = '', rest]) => `${first.toUpperCase()}${rest}Result`);
  const known: Record<string, readonly string[]> = generated.possibleTypes;
  const asked = [...unions, 'JoinError']
    .flatMap((union) => known[union] ?? [])
    .filter((name) => name.endsWith('Error'))
    .map((__typename) => refusal({ __typename, message: '' }).code);
  expect(asked.length).toBeGreaterThan(10);
  const codes = new Set(rows.map(([code]) => code));
  expect([...new Set(asked)].filter((code) => !codes.has(code))).toEqual([]);
  const schema = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
  const rules = buildSchema(schema).getType('InputIssueCode');
  if (!isEnumType(rules)) throw new Error('The rules have another name.');
  const issues = rows.flatMap(([, , more]) => Object(more).issues ?? []);
  const shown = new Set(issues.map(({ code }: { code: string }) => code));
  expect(rules.getValues().filter(({ name }) => !shown.has(name))).toEqual([]);
});
