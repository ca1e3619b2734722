import { expect, test } from 'vitest';
import { allTechniques } from '../../src/execution/techniques.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';
import { startServer } from '../kit/server.ts';

// The benchmark turns them off one at a time: what it measures then must still be the same service.
test.each(Object.keys(allTechniques))('without it all goes on the same: %s', async (technique) => {
  const techniques = { ...allTechniques, [technique]: false };
  const server = await startServer({ overrides: { techniques } });
  const ann = await register(server.graphqlUrl, 'Ann');
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const one = new Participant(server.socketUrl, ann);
  const other = new Participant(server.socketUrl, await register(server.graphqlUrl, 'Bob'));
  await one.join({ roomId });
  await other.join({ roomId });
  expect((await one.next('ParticipantJoined')).participant).toEqual(other.snapshot.self);

  const sent = await other.offer(roomId, one.id, 'v=0');
  expect(await one.next('OfferReceived')).toMatchObject({
    from: other.id,
    sdp: 'v=0',
    cursor: sent.cursor,
  });
  await one.candidates(roomId, other.id, ['candidate:1', '']);
  const { candidates } = await other.next('IceCandidatesReceived');
  expect(candidates.map(({ candidate }) => candidate)).toEqual(['candidate:1', '']);

  // At once, although nothing else comes on its subscription.
  other.unsubscribe();
  expect(await one.next('ParticipantLeft')).toMatchObject({ reason: 'LEFT' });
  await one.dispose();
  await other.dispose();
  await server.close();
});
