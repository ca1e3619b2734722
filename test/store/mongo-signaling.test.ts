import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoginDocument } from '../../src/client/generated/graphql.ts';
import { SdkTalker } from '../faults/talkers.ts';
import { FaultyNetwork } from '../kit/faulty-network.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const binary = findMongod();
/** Longer than the outage takes on a slow machine, so that a stay can wait through it. */
const GRACE_SECONDS = '120';

describe.skipIf(binary === null)('rooms while MongoDB is away', () => {
  let mongod: Mongod;
  let server: TestServer;

  beforeAll(async () => {
    const [only] = await Mongod.startReplicaSet(binary ?? '', 1);
    if (only === undefined) throw new Error('There is no mongod.');
    mongod = only;
    server = await startServer({ env: { MONGO_URI: mongod.uri('away'), GRACE_SECONDS } });
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    await mongod?.dispose();
  });

  it('signals and presence go on, what needs a record says to try again, and all of it heals', async () => {
    const [anns, bobs, cems, deas] = await Promise.all(
      ['Ann', 'Bob', 'Cem', 'Dea'].map((name) => register(server.graphqlUrl, name)),
    );
    if (!anns || !bobs || !cems || !deas) throw new Error('Somebody is missing.');
    const { id: roomId } = await createRoom(server.graphqlUrl, anns);
    const network = await FaultyNetwork.start(server.url);
    const ann = new Participant(server.socketUrl, anns);
    const bob = new Participant(server.socketUrl, bobs);
    const dea = new SdkTalker('dea', deas, network.socketUrl, Math.random);
    await ann.join({ roomId, clientKey: 'ann' });
    await bob.join({ roomId, clientKey: 'bob' });
    await dea.join(roomId);
    const deasStay = dea.id;

    await mongod.stop('SIGKILL');
    expect((await ann.offer(roomId, bob.id, 'while it is away')).__typename).toBe(
      'SendOfferSuccess',
    );
    await bob.next('OfferReceived', ({ sdp }) => sdp === 'while it is away');
    for (const link of network.links) link.cut();
    await ann.next('ParticipantUpdated', (event) => event.participant.id === deasStay);
    // It waits for her, whenever she can sign in again.
    expect((await ann.offer(roomId, deasStay, 'for Dea')).__typename).toBe('SendOfferSuccess');

    const login = await post(server.graphqlUrl, LoginDocument, {
      input: { email: cems.email, password: cems.password, delivery: 'BEARER' },
    });
    expect(login.errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAVAILABLE']);
    const ready = await fetch(`${server.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('The store does not answer: no server of it answers.');
    const refused = new Participant(server.socketUrl, cems);
    await refused.join({ roomId, clientKey: 'cem' }, 20_000).catch(() => null);
    // Not 4401: nobody was signed out. A client takes it for something to try again.
    expect(await refused.closed()).toBe(1013);
    const cem = new SdkTalker('cem', cems, server.socketUrl, Math.random);
    const cemIsIn = cem.join(roomId, 60_000);

    await mongod.start();
    await cemIsIn;
    await until(() => dea.connected && dea.events.length > 1, 'Dea to be back', 60_000);
    expect(dea.id).toBe(deasStay);
    await until(
      () => dea.events.some((event) => event.__typename === 'OfferReceived'),
      'the offer that waited for Dea',
    );
    await ann.next('ParticipantJoined', (event) => event.participant.id === cem.id);
    expect(ann.events.some(({ __typename }) => __typename === 'ParticipantLeft')).toBe(false);
    expect(ann.closes).toEqual([]);
    expect(bob.closes).toEqual([]);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    await Promise.all([ann.dispose(), bob.dispose(), cem.leave(), dea.leave()]);
    await network.close();
  }, 120_000);
});
