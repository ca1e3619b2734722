import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { mutate } from '../kit/mutate.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';
import { Wire } from '../kit/wire.ts';

const mongodBinary = findMongod();
const redisBinary = findRedis();

describe.skipIf(mongodBinary === null || redisBinary === null)('two servers share a Redis', () => {
  let mongod: Mongod;
  let redis: RedisServer;
  let hasty: TestServer;
  let patient: TestServer;

  beforeAll(async () => {
    mongod = await Mongod.start(mongodBinary ?? '');
    redis = await RedisServer.start(redisBinary ?? '');
    const env = {
      MONGO_URI: mongod.uri('redis'),
      REDIS_URL: redis.url,
      JWT_SECRET: 'the secret that both servers share',
    };
    const limits = { ACCOUNT_FAILURES: '3', SOCKETS_PER_USER: '3', SOCKETS_PER_ADDRESS: '6' };
    hasty = await startServer({ env: { ...env, ...limits, REDIS_LOST_SECONDS: '1' } });
    patient = await startServer({ env: { ...env, ...limits, REDIS_LOST_SECONDS: '300' } });
  });
  afterAll(async () => {
    redis?.resume();
    await hasty?.close();
    await patient?.close();
    await redis?.dispose();
    await mongod?.dispose();
  });

  const readiness = async ({ url }: TestServer) => (await fetch(`${url}/health/ready`)).status;

  test('signing out at one closes the socket at the other', async () => {
    const ann = await register(hasty.graphqlUrl);
    const { id: roomId } = await createRoom(hasty.graphqlUrl, ann);
    const socket = new Participant(patient.socketUrl, ann);
    await socket.join({ roomId });
    const mutation = 'mutation { logout { ... on LogoutSuccess { sessionId } } }';
    await post(hasty.graphqlUrl, mutation, {}, ann.headers);
    expect(await socket.closed()).toBe(4401);
    await socket.dispose();
  });

  test('an account that is deleted while Redis stands still is forgotten as soon as Redis is back', async () => {
    const [ann, bob] = await Promise.all([
      register(patient.graphqlUrl, 'Ann'),
      register(patient.graphqlUrl, 'Bob'),
    ]);
    const { id } = await createRoom(patient.graphqlUrl, ann);
    const found = async () => {
      const query = 'query ($id: ID!) { room(id: $id) { id } }';
      type Found = { room: { id: string } | null };
      const { data, errors } = await post<Found, object>(
        patient.graphqlUrl,
        query,
        { id },
        bob.headers,
      );
      if (errors) throw new Error(JSON.stringify(errors));
      return data?.room?.id ?? null;
    };
    expect(await found()).toBe(id);
    redis.pause();
    const input = { password: ann.password };
    const deleting = mutate(
      patient.graphqlUrl,
      'deleteAccount',
      input,
      'accountId',
      ann.headers,
    ).catch(String);
    const answer = await deleting;
    redis.resume();
    expect(answer).toMatchObject({ __typename: 'DeleteAccountSuccess' });
    await until(async () => (await readiness(patient)) === 200, 'Redis to be back');
    await until(async () => (await found()) === null, 'the room to be closed');
  }, 60_000);

  test.each([
    ['closed', 'closeRoom', 'roomId', (roomId: string, _: Person) => ({ roomId })],
    [
      'ended with its owner',
      'deleteAccount',
      'accountId',
      (_: string, { password }: Person) => ({ password }),
    ],
  ] as const)(
    'a room that is %s while Redis stands still is over for everybody as soon as Redis is back',
    async (_, operation, fields, inputOf) => {
      const [ann, bob] = await Promise.all([
        register(patient.graphqlUrl, 'Ann'),
        register(patient.graphqlUrl, 'Bob'),
      ]);
      const { id: roomId } = await createRoom(patient.graphqlUrl, ann);
      const inside = new Participant(patient.socketUrl, bob);
      await inside.join({ roomId, clientKey: 'bob' });
      redis.pause();
      const input = inputOf(roomId, ann);
      const ending = mutate(patient.graphqlUrl, operation, input, fields, ann.headers);
      const answer = await ending.finally(() => redis.resume());
      expect(answer.__typename).toMatch(/Success$/);
      await until(async () => (await readiness(patient)) === 200, 'Redis to be back');
      expect(await inside.next('RoomClosed')).toMatchObject({ reason: 'CLOSED_BY_OWNER' });
      await inside.dispose();
    },
    60_000,
  );
  test('failed sign-ins at both are counted together', async () => {
    const { email } = await register(hasty.graphqlUrl);
    const mutation = `mutation ($input: LoginInput!) { login(input: $input) { __typename } }`;
    const input = { email, password: 'not the password' };
    const answers: unknown[] = [];
    for (const { graphqlUrl } of [hasty, patient, hasty, patient]) {
      const { data } = await post<{ login: { __typename: string } }, object>(graphqlUrl, mutation, {
        input,
      });
      answers.push(data?.login.__typename);
    }
    expect(answers.slice(0, 3)).toEqual(Array(3).fill('BadCredentialsError'));
    expect(answers[3]).toBe('RateLimitedError');
  });

  test('the sockets of a user, and those of an address, are counted together', async () => {
    const [ann, bob] = [await register(hasty.graphqlUrl), await register(hasty.graphqlUrl, 'Bob')];
    const sockets: Wire[] = [];
    const open = async ({ socketUrl }: TestServer, token?: string) => {
      const socket = await Wire.ready(socketUrl, token);
      sockets.push(socket);
      return socket.close?.code ?? 'open';
    };
    // They may not have heard of each other yet, or not of the sockets of other tests that have just gone.
    await until(async () => {
      for (const socket of sockets.splice(0)) socket.ws.terminate();
      const opened = [await open(hasty), await open(hasty), await open(patient, ann.token)];
      opened.push(await open(hasty, ann.token), await open(patient, ann.token));
      const next = await open(hasty, ann.token);
      return opened.every((one) => one === 'open') && next === 4429;
    }, 'one socket too many of a user');
    // Five are there, and one more may be.
    expect(await open(patient, bob.token)).toBe('open');
    expect(await open(hasty)).toBe(4429);
    for (const socket of sockets) socket.ws.terminate();
    await until(async () => (await open(hasty, ann.token)) === 'open', 'what has gone to be known');
    for (const socket of sockets) socket.ws.terminate();
  });

  test('without Redis for longer than may be, a server closes its sockets with 1012, and heals', async () => {
    const ann = await register(hasty.graphqlUrl);
    const bob = await register(hasty.graphqlUrl, 'Bob');
    const { id: roomId } = await createRoom(hasty.graphqlUrl, ann);
    const atHasty = new Participant(hasty.socketUrl, ann);
    const atPatient = new Participant(patient.socketUrl, bob);
    await atHasty.join({ roomId });
    await atPatient.join({ roomId });
    let closed = false;
    void atPatient.closed().then(() => {
      closed = true;
    });
    redis.pause();
    expect(await atHasty.closed()).toBe(1012);
    expect(await readiness(hasty)).toBe(503);
    expect(closed).toBe(false);
    redis.resume();
    await until(async () => (await readiness(hasty)) === 200, 'the server to be ready');
    const back = new Participant(hasty.socketUrl, ann);
    await until(async () => (await back.join({ roomId, takeOver: true })) !== null, 'to be back');
    for (const participant of [atHasty, atPatient, back]) await participant.dispose();
  });
});
