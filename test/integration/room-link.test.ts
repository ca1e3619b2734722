import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type BackoffOptions,
  createClient,
  type RoomEnd,
  type RoomEvent,
  type RoomLink,
} from '../../src/client/index.ts';
import { createRoom, type Person, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Changes } from '../kit/waiting.ts';

/** Stays away once cut. */
const SLOW: BackoffOptions = { baseMs: 60_000, capMs: 60_000, random: () => 1 };

let server: TestServer;
let ann: Person;
let bob: Person;
const links: RoomLink[] = [];

beforeAll(async () => {
  server = await startServer();
  ann = await register(server.graphqlUrl, 'Ann');
  bob = await register(server.graphqlUrl, 'Bob');
});

afterEach(() => {
  for (const link of links.splice(0)) link.leave();
});

afterAll(async () => {
  await server?.close();
});

/** The SDK's link to a room, and everything that came through it. */
class Member {
  readonly events: RoomEvent[] = [];
  readonly link: RoomLink;
  end: RoomEnd | null = null;
  sockets: WebSocket[] = [];
  /** What came of each request over HTTP. */
  requests: Promise<'answered' | 'failed'>[] = [];
  readonly #changes = new Changes();

  constructor(
    person: Person,
    roomId: string,
    options: { takeOver?: boolean; url?: string; backoff?: BackoffOptions } = {},
  ) {
    const { requests, sockets } = this;
    const client = createClient({
      url: options.url ?? server.graphqlUrl,
      auth: 'bearer',
      token: person.token,
      backoff: options.backoff ?? { baseMs: 20, capMs: 200 },
      fetch: (...args) => {
        const response = fetch(...args);
        const read = response.then((answer) => answer.clone().text());
        requests.push(
          read.then(
            () => 'answered',
            () => 'failed',
          ),
        );
        return response;
      },
      webSocket: class extends WebSocket {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args);
          sockets.push(this);
        }
      },
    });
    this.link = client.openRoom(roomId, { takeOver: options.takeOver ?? false });
    links.push(this.link);
    this.link.on('event', (event) => {
      this.events.push(event);
      this.#changes.tell();
    });
    this.link.on('end', (end) => {
      this.end = end;
      this.#changes.tell();
    });
    this.link.on('state', () => this.#changes.tell());
  }

  get selfId(): string {
    const snapshot = this.events.findLast((event) => event.__typename === 'RoomSnapshot');
    if (snapshot?.__typename !== 'RoomSnapshot') throw new Error('Not in the room yet.');
    return snapshot.self.id;
  }

  /** Resolves once `done` says so, which is asked at every change. */
  until(done: (member: this) => boolean): Promise<void> {
    return this.#changes.until(
      () => done(this),
      () => `events; got ${this.events.length}`,
    );
  }

  joined(): Promise<void> {
    return this.until(({ link }) => link.state === 'connected');
  }

  /** Breaks the connection, without a goodbye. */
  cut(): void {
    this.sockets.at(-1)?.terminate();
  }

  offers(): string[] {
    return this.events.flatMap((event) => (event.__typename === 'OfferReceived' ? event.sdp : []));
  }
}

async function pair(): Promise<{ a: Member; b: Member; roomId: string }> {
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const a = new Member(ann, roomId);
  await a.joined();
  const b = new Member(bob, roomId);
  await b.joined();
  await a.until(({ events }) =>
    events.some(({ __typename }) => __typename === 'ParticipantJoined'),
  );
  return { a, b, roomId };
}

it('delivers every signal once and in order, whatever is cut on either side', async () => {
  const { a, b } = await pair();
  const [from, to] = [a.selfId, b.selfId];
  const total = 200;
  const sends: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    sends.push(a.link.sendOffer(to, `a${index}`), b.link.sendOffer(from, `b${index}`));
    if (index % 20 === 7) a.cut();
    if (index % 20 === 15) b.cut();
    // Lets the sockets work between sends, so that cuts meet sends in every state.
    if (index % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(sends);
  await a.until(() => a.offers().length >= total);
  await b.until(() => b.offers().length >= total);
  const numbers = (name: string) => Array.from({ length: total }, (_, index) => `${name}${index}`);
  expect(a.offers()).toEqual(numbers('b'));
  expect(b.offers()).toEqual(numbers('a'));
  expect([a.selfId, b.selfId], 'the same stays').toEqual([from, to]);
  // How many of the cuts meet an open socket is up to the machine; one does at least.
  expect(a.sockets.length).toBeGreaterThan(1);
});

it('tells a resume apart from a rejoin', async () => {
  const { a, b, roomId } = await pair();
  a.cut();
  await a.until(({ link }) => link.state === 'reconnecting');
  await b.link.sendOffer(a.selfId, 'while away');
  await a.until(() => a.offers().length === 1);
  const snapshots = a.events.filter((event) => event.__typename === 'RoomSnapshot');
  expect(snapshots.map(({ recovered }) => recovered)).toEqual([false, true]);
  expect(roomId).toBe(snapshots[1]?.room.id);
});

it('makes the stay anew when the server has lost it', async () => {
  const first = await startServer();
  const { port } = new URL(first.url);
  const ada = await register(first.graphqlUrl, 'Ada');
  const room = await createRoom(first.graphqlUrl, ada);
  const member = new Member(ada, room.id, { url: first.graphqlUrl });
  await member.joined();
  const before = member.selfId;
  await first.stop();
  await member.until(({ link }) => link.state === 'reconnecting');
  const second = await startServer({ dataDir: first.dataDir, env: { PORT: port } });
  await member.joined();
  const last = member.events.at(-1);
  expect(last).toMatchObject({ __typename: 'RoomSnapshot', recovered: false });
  expect(member.selfId).not.toBe(before);
  member.link.leave();
  await second.close();
});

it('drops what was for somebody who left, and goes on', async () => {
  const { a, b } = await pair();
  const { selfId } = b;
  b.link.leave();
  await a.until(({ events }) => events.at(-1)?.__typename === 'ParticipantLeft');
  await expect(a.link.sendOffer(selfId, 'late')).rejects.toMatchObject({
    code: 'PEER_NOT_IN_ROOM',
  });
  expect(a.link.state).toBe('connected');
});

it('leaves at once also while it has no connection', async () => {
  const { a, b } = await pair();
  const { selfId } = b;
  b.cut();
  await b.until(({ link }) => link.state === 'reconnecting');
  b.link.leave();
  expect(b.end).toEqual({ reason: 'LEFT', error: null });
  await a.until(({ events }) => events.at(-1)?.__typename === 'ParticipantLeft');
  expect(a.events.at(-1)).toMatchObject({ participant: { id: selfId }, reason: 'LEFT' });
});

it('leaves without a connection only the stay that it had', async () => {
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const first = new Member(ann, roomId, { backoff: SLOW });
  await first.joined();
  first.cut();
  await first.until(({ link }) => link.state === 'reconnecting');
  const second = new Member(ann, roomId, { takeOver: true });
  await second.joined();
  first.link.leave();
  await expect.poll(() => first.requests.length).toBe(1);
  expect(await first.requests[0]).toBe('answered');
  // A round trip of the other's later, the stay there would have ended if it did at all.
  await second.link.setMedia({ audio: true });
  expect(second.link.state).toBe('connected');
  expect(first.requests).toHaveLength(1);
});

it('leaves without a connection when the server cannot be reached either', async () => {
  const away = await startServer();
  const ada = await register(away.graphqlUrl, 'Ada');
  const room = await createRoom(away.graphqlUrl, ada);
  const member = new Member(ada, room.id, { url: away.graphqlUrl });
  await member.joined();
  await away.close();
  await member.until(({ link }) => link.state === 'reconnecting');
  member.link.leave();
  await expect.poll(() => member.requests.length).toBe(1);
  expect(await member.requests[0]).toBe('failed');
  expect(member.end).toEqual({ reason: 'LEFT', error: null });
});

it('ends when refused, replaced, signed out, or when the room is closed', async () => {
  const missing = new Member(ann, '0123456789abcdef');
  await missing.until(({ end }) => end !== null);
  expect(missing.end).toMatchObject({ reason: 'REFUSED', error: { code: 'ROOM_NOT_FOUND' } });

  const { a, b, roomId } = await pair();
  const second = new Member(ann, roomId);
  await second.until(({ end }) => end !== null);
  expect(second.end).toMatchObject({ reason: 'REFUSED', error: { code: 'ALREADY_IN_ROOM' } });
  expect(a.link.state).toBe('connected');

  const third = new Member(ann, roomId, { takeOver: true });
  await third.joined();
  await a.until(({ end }) => end !== null);
  expect(a.end).toMatchObject({ reason: 'REPLACED', error: null });

  const options = { url: server.graphqlUrl, auth: 'bearer' } as const;
  await createClient({ ...options, token: ann.token }).closeRoom(roomId);
  await Promise.all([b, third].map((member) => member.until(({ end }) => end !== null)));
  for (const { end } of [b, third]) {
    expect(['ROOM_CLOSED', 'CLOSED_BY_OWNER']).toContain(end?.reason);
  }

  const eve = await register(server.graphqlUrl, 'Eve');
  const own = await createRoom(server.graphqlUrl, eve);
  const member = new Member(eve, own.id);
  await member.joined();
  await createClient({ ...options, token: eve.token }).logout();
  await member.until(({ end }) => end !== null);
  expect(member.end?.reason).toBe('SIGNED_OUT');

  const nobody = new Member(eve, own.id);
  await nobody.until(({ end }) => end !== null);
  expect(nobody.end).toMatchObject({ reason: 'SIGNED_OUT', error: { code: 'UNAUTHENTICATED' } });
});

it('takes a place in a room over only to get in, not to come back', async () => {
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const first = new Member(ann, roomId, { takeOver: true });
  await first.joined();
  first.cut();
  await first.until(({ link }) => link.state === 'reconnecting');
  const second = new Member(ann, roomId, { takeOver: true });
  await second.joined();
  await first.until(({ end }) => end !== null);
  expect(first.end?.reason).toMatch(/REFUSED|REPLACED/);
  expect(second.link.state).toBe('connected');
});

it('tells the room what is on', async () => {
  const { a, b } = await pair();
  await b.link.setMedia({ audio: true, video: false, screen: true });
  await a.until(({ events }) =>
    events.some(
      (event) => event.__typename === 'ParticipantUpdated' && event.participant.media.screen,
    ),
  );
});
