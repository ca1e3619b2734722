import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Client,
  createClient,
  type RoomEnd,
  type RoomEvent,
  type RoomLink,
} from '../../src/client/index.ts';
import { apiKeyToken } from '../kit/issuers.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const KEY = { id: 'team', secret: 'a secret of 32 bytes that a team and its server share' };
const ADMIN_TOKEN = 'the-token-of-the-administrator-of-this-test';
/** As long as a token, and a session by it, is good. */
const LIFE_S = 5;

let clock: ManualClock;
let server: TestServer;
let owner: Person;
let roomId: string;
const links: RoomLink[] = [];

beforeAll(async () => {
  clock = new ManualClock(Date.now());
  server = await startServer({
    env: {
      API_KEYS: `${KEY.id}:${KEY.secret}`,
      ADMIN_TOKEN,
      EXTERNAL_SESSION_SECONDS: String(LIFE_S),
      SESSION_WARNING_SECONDS: '2',
      HEARTBEAT_SECONDS: '1',
    },
    overrides: { clock },
  });
  owner = await register(server.graphqlUrl, 'Owner');
  roomId = (await createRoom(server.graphqlUrl, owner)).id;
});
afterEach(() => {
  for (const link of links.splice(0)) link.leave();
});
afterAll(() => server?.close());

let made = 0;

/** A token of {@link LIFE_S} seconds by the server's clock; no two are the same. */
function tokenOf(sub: string, more: Record<string, unknown> = {}, secret = KEY.secret) {
  made += 1;
  const iat = Math.floor(clock.now() / 1000);
  const claims = { sub, name: sub, jti: String(made), iat, exp: iat + LIFE_S, ...more };
  return apiKeyToken({ ...KEY, secret }, claims);
}

interface Entered {
  readonly client: Client;
  readonly link: RoomLink;
  readonly sockets: WebSocket[];
  readonly events: RoomEvent[];
  readonly ends: RoomEnd[];
  /** How often the session was extended, as the server has answered. */
  readonly renewals: { count: number };
}

/** Somebody in the room by the SDK, whose tokens come from a function as a page has one. */
async function enter(token: () => Promise<string>): Promise<Entered> {
  const sockets: WebSocket[] = [];
  const renewals = { count: 0 };
  const client = createClient({
    url: server.graphqlUrl,
    auth: 'bearer',
    token,
    backoff: { baseMs: 20, capMs: 200 },
    webSocket: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols);
        sockets.push(this);
        this.on('message', (data) => {
          if (String(data).includes('"ReauthenticateSuccess"')) renewals.count += 1;
        });
      }
    },
  });
  const link = client.openRoom(roomId);
  links.push(link);
  const entered: Entered = { client, link, sockets, events: [], ends: [], renewals };
  link.on('event', (event) => entered.events.push(event));
  link.on('end', (end) => entered.ends.push(end));
  await until(() => link.state === 'connected', 'the room');
  return entered;
}

const idOf = ({ events }: Entered) =>
  events.flatMap((event) => (event.__typename === 'RoomSnapshot' ? [event.self.id] : [])).at(-1) ??
  '';

describe('a call by tokens of five seconds', () => {
  test('goes on through 20 of them in one stay over one socket, and loses nothing', async () => {
    const ann = await enter(() => tokenOf('ann'));
    const bob = await enter(() => tokenOf('bob'));
    const stay = idOf(ann);
    for (let round = 1; round <= 20; round += 1) {
      clock.jump(4000);
      const renewed = () => [ann, bob].every(({ renewals }) => renewals.count === round);
      await until(renewed, `renewal ${round}`);
      await bob.link.sendOffer(stay, `v=0 ${round}`);
      await ann.link.setMedia({ audio: round % 2 === 0, video: false, screen: false });
    }
    const offers = () => ann.events.filter(({ __typename }) => __typename === 'OfferReceived');
    await until(() => offers().length === 20, 'the offers');
    expect([ann, bob].map(({ sockets }) => sockets.length)).toEqual([1, 1]);
    expect([idOf(ann), ann.link.state, ann.ends]).toEqual([stay, 'connected', []]);
  }, 60_000);

  test('comes back to its stay where the token has expired on the way, with the next one', async () => {
    const expired = await tokenOf('cem', { exp: Math.floor(clock.now() / 1000) - 70 });
    let next: string | null = null;
    const cem = await enter(async () => {
      const token = next ?? (await tokenOf('cem'));
      next = null;
      return token;
    });
    const stay = idOf(cem);
    next = expired;
    cem.sockets[0]?.terminate();
    await until(() => cem.sockets.length >= 3 && cem.link.state === 'connected', 'the way back');
    expect([idOf(cem), cem.ends]).toEqual([stay, []]);
  });
});

describe('a token that the server refuses for good ends the call with SIGNED_OUT', () => {
  const isSignedOut = async ({ link, ends }: Entered) => {
    await until(() => link.state === 'ended', 'the end');
    expect(ends).toMatchObject([{ reason: 'SIGNED_OUT', error: { code: 'UNAUTHENTICATED' } }]);
    // Nothing waits for an answer that cannot come.
    await expect(link.setMedia({ audio: true, video: true, screen: false })).rejects.toMatchObject({
      code: 'ENDED',
    });
  };

  test('when the administrator ends the sessions of a person', async () => {
    const eve = await enter(() => tokenOf('eve'));
    const document = `mutation { admin { endSessions(input: { issuer: "team", subject: "eve" }) {
      ... on AdminEndSessionsSuccess { ended } } } }`;
    await post(server.graphqlUrl, document, {}, { 'x-admin-token': ADMIN_TOKEN });
    await isSignedOut(eve);
  });

  test.each<[string, string, (sub: string) => Promise<string>]>([
    ['signed by a secret that is not known', 'fay', (sub) => tokenOf(sub, {}, 'x'.repeat(40))],
    ['of another audience', 'flo', (sub) => tokenOf(sub, { aud: 'another' })],
    ['that is no token', 'fin', async () => 'no.token.at-all'],
  ])('when a token comes %s, at a reconnect', async (_how, sub, bad) => {
    let isBad = false;
    const fay = await enter(() => (isBad ? bad(sub) : tokenOf(sub)));
    isBad = true;
    fay.sockets[0]?.terminate();
    await isSignedOut(fay);
  });

  test('when the token of somebody else comes to extend the session', async () => {
    let sub = 'gil';
    const gil = await enter(() => tokenOf(sub));
    sub = 'mallory';
    clock.jump(4000);
    await isSignedOut(gil);
  });
});
