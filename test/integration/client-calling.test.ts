import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  AcceptCallDocument,
  type Call,
  type Client,
  createClient,
  type IncomingCall,
  type OutgoingCall,
} from '../../src/client/index.ts';
import { type Person, register } from '../kit/people.ts';
import { registerReachable } from '../kit/phone.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Changes } from '../kit/waiting.ts';

const ENV = {
  RING_SECONDS: '10',
  GRACE_SECONDS: '5',
  RINGS_PER_PAIR: '100',
  RINGS_PER_USER: '1000',
  RINGS_PER_ADDRESS: '10000',
};

let server: TestServer;
let ann: Person;
let bob: Person;
const devices: Device[] = [];
const calls: Call[] = [];

beforeAll(async () => {
  // Nobody meets a second person in a room here, so no connection is made.
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      close() {}
    },
  );
  vi.stubGlobal(
    'MediaStream',
    class {
      getTracks = () => [];
    },
  );
  server = await startServer({ env: ENV });
}, 60_000);

beforeEach(async () => {
  const url = server.graphqlUrl;
  [ann, bob] = await Promise.all([registerReachable(url, 'Ann'), registerReachable(url, 'Bob')]);
});

afterEach(() => {
  for (const call of calls.splice(0)) call.leave();
  for (const device of devices.splice(0)) device.stop();
});

afterAll(async () => {
  vi.unstubAllGlobals();
  await server?.close();
});

/** A client of somebody, which listens, and all that it was told. */
class Device {
  readonly client: Client;
  readonly told: string[] = [];
  readonly sockets: WebSocket[] = [];
  readonly #changes = new Changes();
  readonly #stops: (() => void)[] = [];

  constructor(person: Person, url = server.graphqlUrl) {
    devices.push(this);
    const { sockets } = this;
    this.client = createClient({
      url,
      auth: 'bearer',
      token: person.token,
      backoff: { baseMs: 20, capMs: 200 },
      webSocket: class extends WebSocket {
        constructor(...args: ConstructorParameters<typeof WebSocket>) {
          super(...args);
          sockets.push(this);
        }
      },
    });
    const { incoming, people } = this.client;
    const tell = (what: string) => {
      this.told.push(what);
      this.#changes.tell();
    };
    this.#stops.push(
      incoming.on('ringing', () => tell('ringing')),
      incoming.on('ended', ({ reason }) => tell(reason)),
      people.on('presence', ({ user, presence }) => tell(`${user.name} ${presence}`)),
      people.on('contact', ({ contact }) => tell(`contact ${contact?.state}`)),
      incoming.subscribe(() => this.#changes.tell()),
      people.subscribe(() => this.#changes.tell()),
    );
  }

  /** Resolves once `done` says so, which is asked at every change. */
  until(done: () => boolean, what: string): Promise<void> {
    return this.#changes.until(done, () => `${what}; told: ${this.told.join(', ')}`);
  }

  reaches(state: string): Promise<void> {
    return this.until(() => this.client.incoming.snapshot.state === state, state);
  }

  hears(what: string): Promise<void> {
    return this.until(() => this.told.includes(what), what);
  }

  /** The call that rings here. */
  async rung(): Promise<IncomingCall> {
    await this.until(() => this.client.incoming.snapshot.calls.length > 0, 'a ring');
    const [call] = this.client.incoming.snapshot.calls;
    if (call === undefined) throw new Error('Nothing rings.');
    return call;
  }

  /** Breaks all connections, without a goodbye. */
  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }
}

async function deviceOf(person: Person): Promise<Device> {
  const device = new Device(person);
  await device.reaches('connected');
  return device;
}

function ended(call: OutgoingCall): Promise<string | null> {
  return new Promise((resolve) => {
    const look = () => {
      if (call.snapshot.state === 'ENDED') resolve(call.snapshot.reason);
    };
    call.subscribe(look);
    look();
  });
}

it('rings on both devices, is accepted on one, and the caller joins when it is answered', async () => {
  const [anns, bobs, other] = [await deviceOf(ann), await deviceOf(bob), await deviceOf(bob)];
  const ringing = await anns.client.people.ring([bob.accountId], { media: 'AUDIO' });
  expect(ringing.snapshot).toMatchObject({ state: 'RINGING', reason: null });
  expect(ringing.remainingMs).toBeGreaterThan(0);
  const gaveUp = new AbortController();
  const joined = ringing.join({ signal: gaveUp.signal });
  const call = await bobs.rung();
  await other.rung();
  expect(call).toMatchObject({ caller: { name: 'Ann' }, media: 'AUDIO', room: ringing.room });
  expect(call.remainingMs).toBeGreaterThan(0);
  expect(call.remainingMs).toBeLessThanOrEqual(10_000);
  // The caller stays outside, so that nobody connects.
  gaveUp.abort(new Error('Not now'));
  await expect(joined).rejects.toThrow('Not now');
  const [first, second] = await Promise.all([call.accept(), call.accept()]);
  calls.push(first);
  expect(second).toBe(first);
  expect(first.snapshot.room.id).toBe(ringing.room.id);
  await other.hears('ANSWERED_ELSEWHERE');
  expect(bobs.told).toEqual(['ringing', 'ANSWERED_HERE']);
  expect(other.told).toEqual(['ringing', 'ANSWERED_ELSEWHERE']);
  await anns.until(() => ringing.snapshot.state === 'ACTIVE', 'the answer');
  expect(anns.client.people.snapshot.calls).toMatchObject([{ id: ringing.id, state: 'ACTIVE' }]);
  first.leave();
  expect(await ended(ringing)).toBe('HUNG_UP');
  expect(anns.client.people.snapshot.calls).toEqual([]);
  await expect(ringing.join()).rejects.toMatchObject({ code: 'HUNG_UP' });
});

it('says that a call knocks, also to a device that comes later', async () => {
  const cem = await registerReachable(server.graphqlUrl, 'Cem');
  const [anns, bobs, cems] = [await deviceOf(ann), await deviceOf(bob), await deviceOf(cem)];
  expect(await bobs.client.people.updateReachability({ callWaiting: true })).toMatchObject({
    callWaiting: true,
  });
  await anns.client.people.ring([bob.accountId]);
  const knocking = await cems.client.people.ring([bob.accountId]);
  expect(knocking.snapshot.state).toBe('RINGING');
  const rung = ({ client }: Device) => client.incoming.snapshot.calls;
  await bobs.until(() => rung(bobs).length === 2, 'both rings');
  const late = await deviceOf(bob);
  for (const device of [bobs, late]) {
    expect(rung(device).map(({ caller, waiting }) => [caller.name, waiting])).toEqual([
      ['Ann', false],
      ['Cem', true],
    ]);
  }
  await rung(bobs)[1]?.decline();
  expect(await ended(knocking)).toBe('DECLINED');
  expect(rung(bobs).map(({ caller }) => caller.name)).toEqual(['Ann']);
});

it('lets the caller join at the answer', async () => {
  const [anns, bobs] = [await deviceOf(ann), await deviceOf(bob)];
  const ringing = await anns.client.people.ring([bob.accountId]);
  const joined = ringing.join();
  const { id } = await bobs.rung();
  const input = { callId: id, clientKey: 'another client' };
  await bobs.client.execute(AcceptCallDocument, { input });
  const call = await joined;
  calls.push(call);
  expect(call.snapshot.room.id).toBe(ringing.room.id);
  await bobs.hears('ANSWERED_ELSEWHERE');
});

it('is declined, cancelled, missed or busy, and both sides are told so once', async () => {
  const [anns, bobs, other] = [await deviceOf(ann), await deviceOf(bob), await deviceOf(bob)];
  const { people } = anns.client;
  const declined = await people.ring([bob.accountId]);
  const joining = expect(declined.join()).rejects.toMatchObject({ code: 'DECLINED' });
  await (await bobs.rung()).decline();
  await joining;
  await other.hears('DECLINED');
  await expect(declined.cancel()).rejects.toMatchObject({ code: 'CALL_ENDED' });

  const cancelled = await people.ring([bob.accountId]);
  const late = await bobs.rung();
  await cancelled.cancel();
  expect(cancelled.snapshot).toMatchObject({ state: 'ENDED', reason: 'CANCELLED' });
  await Promise.all([bobs.hears('CANCELLED'), other.hears('CANCELLED')]);
  await expect(late.accept()).rejects.toMatchObject({ code: 'CALL_ENDED' });

  const missed = await people.ring([bob.accountId]);
  await bobs.rung();
  const cem = await deviceOf(await registerReachable(server.graphqlUrl, 'Cem'));
  const busy = await cem.client.people.ring([bob.accountId]);
  expect(busy.snapshot).toMatchObject({ state: 'ENDED', reason: 'BUSY' });
  await expect(busy.join()).rejects.toMatchObject({ code: 'BUSY' });
  expect(await ended(missed)).toBe('MISSED');
  await Promise.all([bobs.hears('MISSED'), other.hears('MISSED')]);
  const rings = ['ringing', 'DECLINED', 'ringing', 'CANCELLED', 'ringing', 'MISSED'];
  expect([bobs.told, other.told]).toEqual([rings, rings]);

  const page = await people.calls({ first: 2 });
  expect(page.calls.map(({ reason }) => reason)).toEqual(['MISSED', 'CANCELLED']);
  const next = await people.calls({ after: page.endCursor });
  expect(next.calls.map(({ reason }) => reason)).toEqual(['DECLINED']);
}, 60_000);

it('is told after a cut what rings, and an accept waits for the connection', async () => {
  const [anns, bobs] = [await deviceOf(ann), await deviceOf(bob)];
  bobs.cut();
  await bobs.reaches('reconnecting');
  const ringing = await anns.client.people.ring([bob.accountId]);
  await bobs.rung();
  // The accept waits for the connection.
  bobs.cut();
  const call = await bobs.client.incoming.snapshot.calls[0]?.accept();
  if (call !== undefined) calls.push(call);
  expect(call?.snapshot.room.id).toBe(ringing.room.id);
  await bobs.hears('ANSWERED_HERE');
  expect(bobs.told).toEqual(['ringing', 'ANSWERED_HERE']);
});

it('of two who ring each other is one call for both', async () => {
  const [anns, bobs] = [await deviceOf(ann), await deviceOf(bob)];
  const [first, second] = await Promise.all([
    anns.client.people.ring([bob.accountId]),
    bobs.client.people.ring([ann.accountId]),
  ]);
  expect(first.id).toBe(second.id);
  await anns.until(() => first.snapshot.state === 'ACTIVE', 'the call');
  await bobs.until(() => second.snapshot.state === 'ACTIVE', 'the call');
  await bobs.until(() => bobs.client.incoming.snapshot.calls.length === 0, 'silence');
  for (const { told } of [anns, bobs]) expect(told).not.toContain('ANSWERED_ELSEWHERE');
});

it('comes back after a restart of the server, and gives up what is gone', async () => {
  const first = await startServer({ env: ENV });
  const { port } = new URL(first.url);
  const [eve, fay] = [
    await registerReachable(first.graphqlUrl, 'Eve'),
    await registerReachable(first.graphqlUrl, 'Fay'),
  ];
  const [eves, fays] = [new Device(eve, first.graphqlUrl), new Device(fay, first.graphqlUrl)];
  await Promise.all([eves.reaches('connected'), fays.reaches('connected')]);
  const ringing = await eves.client.people.ring([fay.accountId]);
  await fays.rung();
  await first.stop();
  await fays.reaches('reconnecting');
  const second = await startServer({ dataDir: first.dataDir, env: { ...ENV, PORT: port } });
  await Promise.all([eves.reaches('connected'), fays.reaches('connected')]);
  await fays.until(() => fays.client.incoming.snapshot.calls.length === 0, 'silence');
  expect(await ended(ringing)).not.toBeNull();
  const again = await eves.client.people.ring([fay.accountId]);
  await fays.rung();
  await again.cancel();
  for (const device of [eves, fays]) device.stop();
  await second.close();
});

it('ends when the user signs out, and comes back when somebody signs in', async () => {
  const bobs = await deviceOf(bob);
  const { client } = bobs;
  await client.logout();
  await bobs.reaches('ended');
  expect(client.people.snapshot).toMatchObject({ error: { code: 'UNAUTHENTICATED' }, calls: [] });
  await expect(client.people.ring([ann.accountId])).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  await client.login({ email: bob.email, password: bob.password });
  await bobs.reaches('connected');
});

it('is no device while nobody listens', async () => {
  const [anns, bobs] = [await deviceOf(ann), await deviceOf(bob)];
  bobs.stop();
  await expect.poll(() => bobs.client.incoming.snapshot.state, { timeout: 10_000 }).toBe('idle');
  const userIds = [bob.accountId];
  await expect
    .poll(async () => (await anns.client.people.ring(userIds)).snapshot.reason, { timeout: 10_000 })
    .toBe('UNREACHABLE');
  await expect(anns.client.people.ring([])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

it('shows contacts with their presence, as they come and go', async () => {
  const url = server.graphqlUrl;
  const [eve, fay] = [await register(url, 'Eve'), await register(url, 'Fay')];
  const eves = await deviceOf(eve);
  const { people } = eves.client;
  await expect(people.ring([fay.accountId])).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
  expect(await people.requestContact({ userId: fay.accountId })).toMatchObject({
    state: 'REQUESTED',
  });
  const fays = await deviceOf(fay);
  expect(fays.client.people.snapshot.contacts).toMatchObject([{ state: 'INCOMING' }]);
  await fays.client.people.answerContact(eve.accountId, true);
  await eves.hears('contact ACCEPTED');
  await eves.until(() => people.snapshot.contacts[0]?.presence === 'ONLINE', 'her presence');
  const ringing = await people.ring([fay.accountId]);
  await fays.rung();
  await ringing.cancel();
  fays.stop();
  await eves.hears('Fay OFFLINE');
  await fays.client.people.block(eve.accountId);
  await eves.until(() => people.snapshot.contacts.length === 0, 'the end of the contact');
  expect((await fays.client.people.contacts()).contacts).toMatchObject([{ state: 'BLOCKED' }]);
  await fays.client.people.unblock(eve.accountId);
  expect(await people.requestContact({ email: 'nobody@example.com' })).toMatchObject({
    user: null,
  });
  expect(await people.removeContact({ email: 'nobody@example.com' })).toBe(true);
  const changed = await people.updateReachability({ allowCallsFrom: 'NOBODY' });
  expect(await people.reachability()).toEqual(changed);
});
