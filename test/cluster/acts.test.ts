import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  LoginDocument,
  LogoutDocument,
  RevokeSessionDocument,
} from '../../src/client/generated/graphql.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { describeCluster, type Scenery, setScene } from './scenery.ts';

/** What is done at another node takes effect at once, and not only at the next heartbeat. */
const AT_ONCE_MS = 3000;
const HEARTBEAT_SECONDS = '30';
const ACCOUNT_FAILURES = 5;

describeCluster('what is done at one node acts on all', () => {
  let scene: Scenery;
  let host: Person;
  let roomId: string;
  let watcher: Participant;

  beforeAll(async () => {
    scene = await setScene({
      env: { HEARTBEAT_SECONDS, ACCOUNT_FAILURES: String(ACCOUNT_FAILURES) },
    });
    host = await register(scene.cluster.graphqlUrl, 'Host');
    ({ id: roomId } = await createRoom(scene.cluster.graphqlUrl, host));
    watcher = new Participant(scene.cluster.node(2).socketUrl, host);
    await watcher.join({ roomId, clientKey: 'host' });
  });
  afterAll(async () => {
    await watcher?.dispose();
    await scene?.close();
  });

  const graphqlUrl = (place: number) => scene.cluster.node(place).graphqlUrl;
  /** Somebody new, in the room by the first node. */
  async function enter(name: string): Promise<{ person: Person; guest: Participant }> {
    const person = await register(graphqlUrl(1), name);
    const guest = new Participant(scene.cluster.node(0).socketUrl, person);
    await guest.join({ roomId, clientKey: name });
    return { person, guest };
  }
  const departure = (id: string) =>
    watcher.next('ParticipantLeft', ({ participant }) => participant.id === id);
  async function atOnce(what: () => Promise<unknown>): Promise<void> {
    const from = performance.now();
    await what();
    expect(performance.now() - from).toBeLessThan(AT_ONCE_MS);
  }

  test('signing out', async () => {
    const { person, guest } = await enter('Ann');
    await atOnce(async () => {
      await post(graphqlUrl(1), LogoutDocument, {}, person.headers);
      expect(await guest.closed()).toBe(4401);
      expect(await departure(guest.id)).toMatchObject({ reason: 'SIGNED_OUT' });
    });
    await guest.dispose();
  });

  test('revoking a session', async () => {
    const { person, guest } = await enter('Bob');
    const login = await post(graphqlUrl(1), LoginDocument, {
      input: { email: person.email, password: person.password, delivery: 'BEARER' },
    });
    const session = login.data?.login;
    if (session?.__typename !== 'LoginSuccess') throw new Error('No login.');
    const headers = { authorization: `Bearer ${session.token}` };
    const sessions = await post<{ me: { sessions: { id: string; current: boolean }[] } }, object>(
      graphqlUrl(2),
      '{ me { sessions { id current } } }',
      {},
      headers,
    );
    const other = sessions.data?.me.sessions.find(({ current }) => !current);
    await atOnce(async () => {
      await post(graphqlUrl(1), RevokeSessionDocument, { input: { id: other?.id ?? '' } }, headers);
      expect(await guest.closed()).toBe(4401);
      expect(await departure(guest.id)).toMatchObject({ reason: 'SIGNED_OUT' });
    });
    await guest.dispose();
  });

  test('being removed by the host', async () => {
    const { guest } = await enter('Cem');
    const remove =
      'mutation ($input: RemoveParticipantInput!) { removeParticipant(input: $input) { __typename } }';
    await atOnce(async () => {
      const input = { roomId, participantId: guest.id };
      const answer = await post<{ removeParticipant: { __typename: string } }, object>(
        graphqlUrl(1),
        remove,
        { input },
        host.headers,
      );
      expect(answer.data?.removeParticipant.__typename).toBe('RemoveParticipantSuccess');
      expect(await guest.next('ParticipantLeft')).toMatchObject({ reason: 'REMOVED' });
      expect(await departure(guest.id)).toMatchObject({ reason: 'REMOVED' });
    });
    await guest.dispose();
  });

  test('taking one’s place over from another device', async () => {
    const { person, guest } = await enter('Dea');
    const device = new Participant(scene.cluster.node(1).socketUrl, person);
    const refused = await device.join({ roomId, clientKey: 'other' });
    expect(refused).toMatchObject({ error: { __typename: 'AlreadyInRoomError' } });
    await atOnce(async () => {
      const first = await device.join({ roomId, clientKey: 'other', takeOver: true });
      expect(first.__typename).toBe('RoomSnapshot');
      await guest.ended();
      expect(guest.events.at(-1)).toMatchObject({ reason: 'REPLACED' });
      expect(await departure(guest.id)).toMatchObject({ reason: 'REPLACED' });
    });
    await Promise.all([guest.dispose(), device.dispose()]);
  });

  test('failed sign-ins are counted together', async () => {
    const { email } = await register(graphqlUrl(0), 'Eve');
    const outcomes: (string | undefined)[] = [];
    for (let index = 0; index <= ACCOUNT_FAILURES; index += 1) {
      const { data } = await post(graphqlUrl(index % 3), LoginDocument, {
        input: { email, password: 'a wrong guess', delivery: 'BEARER' },
      });
      outcomes.push(data?.login.__typename);
    }
    expect(outcomes).toEqual([
      ...Array.from({ length: ACCOUNT_FAILURES }, () => 'BadCredentialsError'),
      'RateLimitedError',
    ]);
  });
});
