import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { JwtRingTokens } from '../../src/crypto/ring-tokens.ts';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import type { PushSubscription } from '../../src/domain/people/ports.ts';
import { PushSubscriptions } from '../../src/domain/people/push-subscriptions.ts';
import { Pushes } from '../../src/domain/people/pushes.ts';
import { isPublicAddress } from '../../src/push/public-address.ts';
import { makeVapidKeys, type PushNetwork, webPushSender } from '../../src/push/web-push-sender.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { missed, ringingCall } from '../kit/calls.ts';
import { KeptLog } from '../kit/log.ts';
import { mutate } from '../kit/mutate.ts';
import { type Person, post, register } from '../kit/people.ts';
import { PushService, TestBrowser } from '../kit/push-service.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const KEYS = makeVapidKeys();
const TOKENS = new JwtRingTokens(['a secret of 32 bytes or more for a test'], systemClock);
const SUBJECT = 'mailto:admin@example.com';

let service: PushService;
beforeEach(async () => {
  service = await PushService.start();
});
afterEach(() => service.stop());

describe('sending', () => {
  let dataDir: string;
  let store: Store;
  const log = new KeptLog();
  const opened: Pushes[] = [];

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'peerql-push-'));
    store = await openStore({ dataDir }, { clock: systemClock, log });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pushes) => pushes.close()));
    await store.close();
    rmSync(dataDir, { recursive: true });
  });

  /** What sends, with limits as an operator sets them. */
  function open(
    env: Readonly<Record<string, string>> = {},
    network: PushNetwork = service.network,
    clock = systemClock,
  ): Pushes {
    const { limits } = readConfig(env);
    const subscriptions = new PushSubscriptions({
      ...{ subscriptions: store.pushSubscriptions, sessions: store.sessions, clock },
      ...{ perUser: limits.pushSubscriptionsPerUser, isOn: true, mayCall: () => true },
    });
    const timeoutMs = limits.pushTimeoutMs;
    const pushes = new Pushes({
      subscriptions,
      sender: webPushSender({ keys: KEYS, subject: SUBJECT, timeoutMs, network }),
      clock,
      log,
      tokens: TOKENS,
      limits: {
        atOnce: limits.pushesAtOnce,
        backlog: limits.pushBacklog,
        firstRetryMs: limits.pushRetryMs,
      },
    });
    opened.push(pushes);
    return pushes;
  }

  /** Stores a subscription of a user, with a session that lasts for so long. */
  async function subscribe(userId: string, browser: TestBrowser, sessionMs = 60_000) {
    const now = Date.now();
    const session = {
      ...{ id: newId(), accountId: userId, createdAt: new Date(now), lastSeenAt: new Date(now) },
      ...{ expiresAt: new Date(now + sessionMs), userAgent: null, grant: null },
    };
    await store.sessions.insert(session);
    const subscription: PushSubscription = {
      ...{ ...browser.subscription, id: newId(), userId, sessionId: session.id },
      createdAt: new Date(now),
    };
    await store.pushSubscriptions.save(subscription);
    return subscription;
  }

  test('a ring is encrypted for each browser, signed, urgent, and kept for as long as it rings', async () => {
    const [ann, bob] = [newId(), newId()];
    const [phone, laptop] = [service.browser(), service.browser()];
    for (const browser of [phone, laptop]) await subscribe(bob, browser);
    await subscribe(ann, service.browser());
    const pushes = open();
    expect([await pushes.has(bob), await pushes.has(newId())]).toEqual([true, false]);
    const call = ringingCall([ann, bob], Date.now());
    pushes.ring(bob, call);
    await service.until(() => service.received.length === 2);
    const paths = [phone, laptop].map(({ endpoint }) => new URL(endpoint).pathname);
    expect(service.received.map(({ path }) => path).sort()).toEqual(paths.sort());
    for (const { headers, message, claims, key } of service.received) {
      expect(message).toEqual({
        ...{ type: 'call.ringing', callId: call.id, roomId: call.room.id, caller: 'Ann' },
        ...{ media: 'VIDEO', state: 'RINGING', token: expect.any(String) },
      });
      const { token } = message as { token: string };
      expect(await TOKENS.read(token)).toMatchObject({ callId: call.id, userId: bob });
      expect(headers).toMatchObject({ urgency: 'high', topic: call.id });
      expect(Number(headers.ttl)).toBeGreaterThan(0);
      expect(Number(headers.ttl)).toBeLessThanOrEqual(30);
      expect(claims.sub).toBe(SUBJECT);
      expect(key).toBe(KEYS.publicKey);
    }
    // The end of the call replaces a ring that has not arrived yet.
    pushes.end(bob, missed(call));
    await service.until(() => service.received.length === 4);
    const [, , end] = service.received;
    expect(end?.message).toMatchObject({ type: 'call.ended', callId: call.id, state: 'MISSED' });
    expect(end?.message).not.toHaveProperty('token');
    expect(end?.headers.topic).toBe(call.id);
    expect(service.forged).toEqual([]);
  });

  test('404 and 410 delete a subscription; other failures and redirects do not, and are not followed', async () => {
    const bob = newId();
    const answers = new Map<string, number>();
    const kept = new Map<number, PushSubscription>();
    for (const status of [201, 404, 410, 500, 301, 429]) {
      const browser = service.browser();
      answers.set(new URL(browser.endpoint).pathname, status);
      kept.set(status, await subscribe(bob, browser));
    }
    service.answer = (response, path) => {
      response.writeHead(answers.get(path) ?? 201, { location: `${service.origin}/inside` }).end();
    };
    const pushes = open();
    pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
    await service.until(() => service.received.length === 6);
    const left = async () => (await store.pushSubscriptions.listOf(bob)).map(({ id }) => id).sort();
    const living = [201, 500, 301, 429].map((status) => kept.get(status)?.id);
    await until(async () => (await left()).length === 4, 'two to be deleted');
    expect(await left()).toEqual(living.sort());
    await pushes.close();
    expect(service.received.map(({ path }) => path)).not.toContain('/inside');
  });

  test('without its session a subscription is not used, and neither is one of somebody who has signed out', async () => {
    const bob = newId();
    const expired = await subscribe(bob, service.browser(), 1);
    const revoked = await subscribe(bob, service.browser());
    await store.sessions.delete(revoked.sessionId);
    const pushes = open();
    await until(async () => (await store.sessions.find(expired.sessionId)) === null, 'the end');
    expect(await pushes.has(bob)).toBe(false);
    await subscribe(bob, service.browser());
    pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
    await service.until(() => service.received.length > 0);
    await pushes.close();
    expect(service.received).toHaveLength(1);
  });

  test('PUSHES_AT_ONCE: so many are sent at once, and what would come after the ring is left out', async () => {
    const bob = newId();
    for (let n = 0; n < 6; n += 1) await subscribe(bob, service.browser());
    const answers: (() => void)[] = [];
    service.answer = (response) => answers.push(() => response.writeHead(201).end());
    let late = 0;
    const clock: Clock = {
      ...systemClock,
      now: () => Date.now() + late,
      elapsed: () => performance.now() + late,
    };
    const pushes = open({ PUSHES_AT_ONCE: '2' }, service.network, clock);
    pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
    await service.until(() => answers.length === 2);
    answers.shift()?.();
    await service.until(() => answers.length === 2);
    expect(service.load.most).toBe(2);
    // The ring is over.
    late = 30_000;
    for (const answer of answers.splice(0)) answer();
    await pushes.close();
    expect(service.received).toHaveLength(3);
  });

  test('a clock that is set forward while a ring waits to be sent makes it no older', async () => {
    const bob = newId();
    for (let n = 0; n < 3; n += 1) await subscribe(bob, service.browser());
    const answers: (() => void)[] = [];
    service.answer = (response) => answers.push(() => response.writeHead(201).end());
    let aheadMs = 0;
    const clock = { ...systemClock, now: () => Date.now() + aheadMs };
    const pushes = open({ PUSHES_AT_ONCE: '1' }, service.network, clock);
    pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
    for (let sent = 0; sent < 3; sent += 1) {
      await service.until(() => answers.length === 1);
      aheadMs += 3_600_000;
      answers.shift()?.();
    }
    await pushes.close();
    const ttls = service.received.map(({ headers }) => Number(headers.ttl));
    expect(ttls).toHaveLength(3);
    for (const ttl of ttls) expect(ttl).toBeGreaterThan(20);
  });

  test('PUSH_BACKLOG: so many wait; past it they are lost, and the log says so', async () => {
    const bob = newId();
    for (let n = 0; n < 5; n += 1) await subscribe(bob, service.browser());
    const answers: (() => void)[] = [];
    service.answer = (response) => answers.push(() => response.writeHead(201).end());
    const pushes = open({ PUSHES_AT_ONCE: '1', PUSH_BACKLOG: '2' });
    const before = log.lines.length;
    pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
    await service.until(() => answers.length === 1);
    answers.pop()?.();
    await service.until(() => answers.length === 1);
    expect(JSON.stringify(log.lines.slice(before))).toContain('Push messages are lost');
    answers.pop()?.();
    await pushes.close();
    expect(service.received).toHaveLength(2);
  });

  test('PUSH_RETRY_SECONDS: what a push service cannot take now is sent again, later each time, for as long as it rings', async () => {
    const bob = newId();
    await subscribe(bob, service.browser());
    const waits: number[] = [];
    const due: (() => void)[] = [];
    let passed = 0;
    const clock: Clock = {
      now: () => Date.now() + passed,
      elapsed: () => performance.now() + passed,
      after(delayMs, run) {
        waits.push(delayMs);
        due.push(() => {
          passed += delayMs;
          run();
        });
        return { cancel() {} };
      },
    };
    service.answer = (response) => {
      response.writeHead([503, 503, 429][service.received.length - 1] ?? 201).end();
    };
    const pushes = open({ PUSH_RETRY_SECONDS: '2' }, service.network, clock);
    const before = log.lines.length;
    pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
    for (let time = 1; time <= 3; time += 1) {
      await until(() => due.length === 1, 'a wait');
      due.shift()?.();
    }
    await service.until(() => service.received.length === 4);
    await pushes.close();
    expect(waits).toEqual([2000, 4000, 8000]);
    const ttls = service.received.map(({ headers }) => Number(headers.ttl));
    for (const [index, ttl] of ttls.entries()) {
      // What was left of the ring then.
      const most = [30, 28, 24, 16][index] ?? 0;
      expect(ttl).toBeLessThanOrEqual(most);
      expect(ttl).toBeGreaterThan(most - 8);
    }
    expect(log.lines.slice(before)).toEqual([]);
  });

  test('Retry-After is heeded, as seconds or as a date; what would come too late is given up, and so is what is refused', async () => {
    const waitsFor = async (headers: Record<string, string>, status = 429) => {
      const bob = newId();
      await subscribe(bob, service.browser());
      const waits: number[] = [];
      const clock: Clock = {
        ...systemClock,
        after(delayMs) {
          waits.push(delayMs);
          return { cancel() {} };
        },
      };
      service.answer = (response) => response.writeHead(status, headers).end();
      const pushes = open({}, service.network, clock);
      const sent = service.received.length;
      const before = log.lines.length;
      pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
      await service.until(() => service.received.length > sent);
      await until(() => waits.length + log.lines.length - before > 0, 'what follows');
      await pushes.close();
      return waits;
    };
    expect(await waitsFor({ 'retry-after': '7' })).toEqual([7000]);
    const date = new Date(Date.now() + 9_000).toUTCString();
    const [untilDate = 0] = await waitsFor({ 'retry-after': date }, 503);
    expect(untilDate).toBeGreaterThan(4_000);
    expect(untilDate).toBeLessThanOrEqual(9_000);
    expect(await waitsFor({ 'retry-after': '0' })).toEqual([1000]);
    expect(await waitsFor({ 'retry-after': 'soon' })).toEqual([1000]);
    expect(await waitsFor({ 'retry-after': '31' })).toEqual([]);
    expect(await waitsFor({}, 403)).toEqual([]);
  });

  test('a ring is not sent again once the call has ended', async () => {
    const bob = newId();
    await subscribe(bob, service.browser());
    const due: (() => void)[] = [];
    const clock: Clock = {
      ...systemClock,
      after(_delayMs, run) {
        due.push(run);
        return { cancel() {} };
      },
    };
    service.answer = (response) =>
      response.writeHead(service.received.length === 1 ? 503 : 201).end();
    const pushes = open({}, service.network, clock);
    const call = ringingCall([newId(), bob], Date.now());
    pushes.ring(bob, call);
    await until(() => due.length === 1, 'the wait');
    pushes.end(bob, missed(call));
    await service.until(() => service.received.length === 2);
    due[0]?.();
    await pushes.close();
    expect(service.received.map(({ message }) => (message as { type: string }).type)).toEqual([
      'call.ringing',
      'call.ended',
    ]);
  });

  test('PUSH_TIMEOUT_SECONDS: a push service that does not answer in time is asked again, and may be given up', async () => {
    const bob = newId();
    await subscribe(bob, service.browser());
    service.answer = () => {};
    const waits: number[] = [];
    const clock: Clock = {
      ...systemClock,
      after(delayMs) {
        waits.push(delayMs);
        return { cancel() {} };
      },
    };
    const before = log.lines.length;
    const rung = (env: Record<string, string>) => {
      const pushes = open({ PUSH_TIMEOUT_SECONDS: '1', ...env }, service.network, clock);
      pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
      return pushes;
    };
    const pushes = rung({});
    await until(() => waits.length === 1, 'a wait');
    rung({ PUSH_RETRY_SECONDS: '30' });
    await until(
      () => JSON.stringify(log.lines.slice(before)).includes('does not answer in time'),
      'a line of the log',
    );
    expect(waits).toEqual([1000]);
    expect(await pushes.has(bob)).toBe(true);
  });

  test('an endpoint that leads inside is never called, by its address or by its name, and is deleted', async () => {
    const bob = newId();
    const { port } = new URL(service.origin);
    const hosts = ['127.0.0.1', '[::1]', 'localhost', '[::ffff:127.0.0.1]', '2130706433'];
    for (const host of hosts) {
      await subscribe(bob, new TestBrowser(`https://${host}:${port}/inside`));
    }
    const pushes = open({}, { ...service.network, isAllowed: isPublicAddress });
    pushes.ring(bob, ringingCall([newId(), bob], Date.now()));
    await until(
      async () => (await store.pushSubscriptions.listOf(bob)).length === 0,
      'all to be deleted',
    );
    await pushes.close();
    expect([service.received, service.forged]).toEqual([[], []]);
  });
});

describe('subscriptions', () => {
  const FIELDS = 'endpoint';
  let server: TestServer;
  const opened: TestServer[] = [];
  const start = async (env: Record<string, string> = {}, overrides = {}) => {
    const started = await startServer({ env, overrides });
    opened.push(started);
    return started;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  const save = (person: Person, input: object, one = server) =>
    mutate(one.graphqlUrl, 'savePushSubscription', input, FIELDS, person.headers);

  /** How many subscriptions these people have, as it is stored. */
  function stored(...people: readonly Person[]): number[] {
    const db = new Database(join(server.dataDir, 'peerql.sqlite'));
    try {
      const count = db.prepare('SELECT count(*) AS n FROM push_subscriptions WHERE user_id = ?');
      return people.map(({ accountId }) => (count.get(accountId) as { n: number }).n);
    } finally {
      db.close();
    }
  }

  const somewhere = () => new TestBrowser(`https://push.example.com/${newId()}`);

  test('are saved, replaced, moved with the browser, removed, and gone with a session and an account', async () => {
    server = await start({ PUSH_SUBJECT: SUBJECT });
    const [ann, bob] = [await register(server.graphqlUrl), await register(server.graphqlUrl)];
    const browser = somewhere();
    const saved = await save(ann, browser.subscription);
    expect(saved).toEqual({
      __typename: 'SavePushSubscriptionSuccess',
      endpoint: browser.endpoint,
    });
    await save(ann, browser.subscription);
    expect(stored(ann, bob)).toEqual([1, 0]);
    // Somebody who knows the endpoint alone.
    const stolen = await save(bob, new TestBrowser(browser.endpoint).subscription);
    expect(stolen).toMatchObject({ __typename: 'InvalidInputError' });
    const { endpoint } = browser;
    const remove = (person: Person) =>
      mutate(
        ...([server.graphqlUrl, 'removePushSubscription', { endpoint }, 'removed'] as const),
        person.headers,
      );
    expect(await remove(bob)).toMatchObject({ removed: false });
    expect(stored(ann, bob)).toEqual([1, 0]);
    // Bob signs in at the same browser.
    await save(bob, browser.subscription);
    expect(stored(ann, bob)).toEqual([0, 1]);
    expect(await remove(bob)).toMatchObject({ removed: true });
    for (const person of [ann, bob]) await save(person, somewhere().subscription);
    await post(server.graphqlUrl, 'mutation { logout { __typename } }', {}, ann.headers);
    await until(() => stored(ann)[0] === 0, 'it to end with the session');
    await mutate(
      ...([server.graphqlUrl, 'deleteAccount', { password: bob.password }, 'accountId'] as const),
      bob.headers,
    );
    expect(stored(bob)).toEqual([0]);
  });

  test('must lead to a public address over https, with keys that are keys', async () => {
    server = await start({ PUSH_SUBJECT: SUBJECT });
    const ann = await register(server.graphqlUrl);
    const good = somewhere().subscription;
    const point = Buffer.from(good.p256dh, 'base64url');
    const offCurve = Buffer.from(point);
    offCurve.writeUInt8((offCurve[64] ?? 0) ^ 1, 64);
    const wrong: [string, object][] = [
      ...[
        ...['http://push.example.com/x', 'ftp://push.example.com/x', 'nonsense', ''],
        ...['https://me:secret@push.example.com/x', `https://push.example.com/${'x'.repeat(2048)}`],
        ...['https://127.0.0.1/x', 'https://10.1.2.3/x', 'https://192.168.0.1/x'],
        ...['https://169.254.169.254/latest', 'https://0.0.0.0/x', 'https://100.64.0.1/x'],
        ...['https://2130706433/x', 'https://0x7f.1/x', 'https://[::1]/x', 'https://[::]/x'],
        ...['https://[::ffff:10.0.0.1]/x', 'https://[fd00::1]/x', 'https://[fe80::1]/x'],
        ...['https://[64:ff9b::a00:1]/x', 'https://[2002:a00:1::]/x', 'https://224.0.0.1/x'],
      ].map((endpoint): [string, object] => ['endpoint', { endpoint }]),
      ...['', 'AA', offCurve.toString('base64url'), point.subarray(1).toString('base64url')].map(
        (p256dh): [string, object] => ['p256dh', { p256dh }],
      ),
      ...['', randomBytes(15), randomBytes(17), '!!'].map((bytes): [string, object] => [
        'auth',
        { auth: bytes.toString('base64url') },
      ]),
    ];
    for (const [path, fields] of wrong) {
      const answer = await save(ann, { ...good, ...fields });
      expect(answer.__typename, JSON.stringify(fields)).toBe('InvalidInputError');
      expect(answer.issues?.map((issue) => issue.path)).toEqual([path]);
    }
    expect(stored(ann)).toEqual([0]);
    // Base64 with padding is the same key.
    const padded = { ...good, auth: Buffer.from(good.auth, 'base64url').toString('base64') };
    expect((await save(ann, padded)).__typename).toBe('SavePushSubscriptionSuccess');
  });

  test('PUSH_SUBSCRIPTIONS_PER_USER: so many of one user, one more replaces the oldest', async () => {
    server = await start({ PUSH_SUBJECT: SUBJECT, PUSH_SUBSCRIPTIONS_PER_USER: '3' });
    const [ann, bob] = [await register(server.graphqlUrl), await register(server.graphqlUrl)];
    await save(bob, somewhere().subscription);
    for (const count of [1, 2, 3, 3]) {
      await save(ann, somewhere().subscription);
      expect(stored(ann, bob)).toEqual([count, 1]);
    }
  });

  test('the key is made once, kept over a restart, or given; without a subject there is none in production', async () => {
    const keyOf = async ({ graphqlUrl }: TestServer) =>
      (await post<{ pushKey: string | null }, object>(graphqlUrl, '{ pushKey }')).data?.pushKey;
    server = await start();
    const made = await keyOf(server);
    expect(Buffer.from(made ?? '', 'base64url')).toHaveLength(65);
    await server.stop();
    const again = await startServer({ dataDir: server.dataDir });
    opened.push(again);
    expect(await keyOf(again)).toBe(made);
    const given = { VAPID_PUBLIC_KEY: KEYS.publicKey, VAPID_PRIVATE_KEY: KEYS.privateKey };
    expect(await keyOf(await start(given))).toBe(KEYS.publicKey);
    const JWT_SECRET = 'a secret of 32 bytes or more for a server in production';
    const off = await start({ NODE_ENV: 'production', JWT_SECRET });
    expect(await keyOf(off)).toBeNull();
    const ann = await register(off.graphqlUrl);
    const refused = await save(ann, somewhere().subscription, off);
    expect(refused.__typename).toBe('PushUnavailableError');
  });
});

function newId(): string {
  return randomBytes(8).toString('hex');
}
