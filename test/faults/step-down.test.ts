import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LoginDocument, MeDocument, RoomsDocument } from '../../src/client/generated/graphql.ts';
import { FaultyNetwork } from '../kit/faulty-network.ts';
import { findMongod, Mongod, replicaSetUri } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { pace, until } from '../kit/waiting.ts';

const binary = findMongod();
const STEP_DOWNS = 2;

async function login(url: string, { email, password }: Person) {
  const { data, errors } = await post(url, LoginDocument, {
    input: { email, password, delivery: 'BEARER' },
  });
  return data?.login ?? errors?.map(({ extensions }) => extensions?.code).join();
}

describe.skipIf(binary === null)('a replica set whose primary steps down', () => {
  let members: Mongod[];
  let server: TestServer;
  beforeAll(async () => {
    members = await Mongod.startReplicaSet(binary ?? '', 3);
    // What the operator asks for and would forget what was acknowledged: it is overridden.
    const uri = `${replicaSetUri(members, 'stepping')}&readPreference=secondaryPreferred&w=1`;
    server = await startServer({ env: { MONGO_URI: uri } });
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    await Promise.all((members ?? []).map((member) => member.dispose()));
  });

  /** Has the primary stand back for ten seconds, so that another one is elected. */
  async function stepDown(): Promise<void> {
    const connection = await mongoose.createConnection(replicaSetUri(members, 'admin')).asPromise();
    const admin = connection.getClient().db('admin');
    await admin.command({ replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 });
    await connection.close();
  }

  test('in the middle of joins and sign-ins: what succeeded is true, and the rest says to try again', async () => {
    const { graphqlUrl, socketUrl } = server;
    const ann = await register(graphqlUrl, 'Ann');
    const kept: Person[] = [];
    const rooms: string[] = [];
    const others: unknown[] = [];
    let running = true;
    /** Does it until the end; whatever fails has to be UNAVAILABLE, and is tried again. */
    const keepOn = async (work: () => Promise<unknown>) => {
      while (running) {
        await work().catch((error: unknown) => {
          const text = String(error);
          if (!text.includes('UNAVAILABLE')) others.push(text);
        });
        await pace(20);
      }
    };
    let joins = 0;
    const comeAndGo = async () => {
      const { id: roomId } = await createRoom(graphqlUrl, ann);
      rooms.push(roomId);
      const here = new Participant(socketUrl, ann);
      try {
        const first = await here.join({ roomId, clientKey: 'ann' });
        if (first.__typename !== 'RoomSnapshot') others.push(first);
        joins += 1;
      } catch (error) {
        // Refused or closed with 1013: a client comes again by itself.
        if (here.closes.some((code) => code !== 1013 && code !== 1000)) others.push(here.closes);
        throw new Error(`UNAVAILABLE ${error}`);
      } finally {
        await here.dispose();
      }
    };
    const signIn = async () => {
      const person = await register(graphqlUrl, 'Bob');
      kept.push(person);
      const told = await login(graphqlUrl, person);
      const success = typeof told === 'object' && told.__typename === 'LoginSuccess';
      if (!success && told !== 'UNAVAILABLE') others.push(told);
    };
    const work = [comeAndGo, signIn, signIn].map(keepOn);
    await until(() => joins > 3 && kept.length > 3, 'the first of them');
    for (let index = 0; index < STEP_DOWNS; index += 1) {
      const before = [joins, kept.length];
      await stepDown();
      await until(
        () => joins > (before[0] ?? 0) + 3 && kept.length > (before[1] ?? 0) + 3,
        'joins and sign-ins at the next primary',
        30_000,
      );
    }
    running = false;
    await Promise.all(work);
    expect(others).toEqual([]);
    for (const person of kept) {
      const me = await post(graphqlUrl, MeDocument, {}, person.headers);
      expect(me.data?.me?.email).toBe(person.email);
      expect(await login(graphqlUrl, person)).toMatchObject({ __typename: 'LoginSuccess' });
    }
    const listed = await post(graphqlUrl, RoomsDocument, { first: 100 }, ann.headers);
    const ids = listed.data?.rooms.edges.map(({ node }) => node.id) ?? [];
    expect(rooms.filter((id) => !ids.includes(id))).toEqual([]);
    await until(
      async () => (await fetch(`${server.url}/health/ready`)).status === 200,
      'the server to be ready',
    );
  }, 90_000);
});

describe.skipIf(binary === null)('a MongoDB that answers slowly', () => {
  test('delays joins and sign-ins and no signal, and nobody is left behind who went meanwhile', async () => {
    const mongod = await Mongod.start(binary ?? '');
    let delayMs = 0;
    const network = await FaultyNetwork.start(`http://${mongod.host}`, (link) =>
      link.delay(delayMs),
    );
    const { port } = new URL(network.socketUrl);
    const uri = `mongodb://127.0.0.1:${port}/slow?directConnection=true`;
    const server = await startServer({ env: { MONGO_URI: uri } });
    const { graphqlUrl, socketUrl } = server;
    const [ann, bob, cem] = await Promise.all(
      ['Ann', 'Bob', 'Cem'].map((name) => register(graphqlUrl, name)),
    );
    if (!ann || !bob || !cem) throw new Error('Somebody is missing.');
    const { id: roomId } = await createRoom(graphqlUrl, ann);
    const [host, guest] = [new Participant(socketUrl, ann), new Participant(socketUrl, bob)];
    await host.join({ roomId, clientKey: 'ann' });
    await guest.join({ roomId, clientKey: 'bob' });

    delayMs = 1000;
    for (const link of network.links) link.delay(delayMs);
    // Somebody who goes before the room is found.
    const gone = new Participant(socketUrl, cem);
    const going = gone.join({ roomId, clientKey: 'cem' }).catch(() => null);
    const began = performance.now();
    const signingIn = login(graphqlUrl, cem).then((told) => ({
      told,
      tookMs: performance.now() - began,
    }));
    await pace(200);
    await gone.dispose();
    let slowestMs = 0;
    for (let index = 0; index < 50; index += 1) {
      const sentAt = performance.now();
      expect((await host.offer(roomId, guest.id, `v=0 ${index}`)).__typename).toBe(
        'SendOfferSuccess',
      );
      await guest.next('OfferReceived', ({ sdp }) => sdp === `v=0 ${index}`);
      slowestMs = Math.max(slowestMs, performance.now() - sentAt);
    }
    expect(slowestMs).toBeLessThan(1000);
    const { told, tookMs } = await signingIn;
    expect(told).toMatchObject({ __typename: 'LoginSuccess' });
    expect(tookMs).toBeGreaterThan(1000);
    await going;
    const late = new Participant(socketUrl, cem);
    const first = await late.join({ roomId, clientKey: 'cem again' }, 20_000);
    expect(first).toMatchObject({ __typename: 'RoomSnapshot' });
    const people = first.__typename === 'RoomSnapshot' ? first.participants : [];
    expect(people.map(({ user }) => user.name).sort()).toEqual(['Ann', 'Bob']);

    for (const link of network.links) link.delay(0);
    await Promise.all([host, guest, late].map((one) => one.dispose()));
    await server.close();
    await network.close();
    await mongod.dispose();
  }, 60_000);
});
