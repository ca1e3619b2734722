import { afterEach, expect, test } from 'vitest';
import {
  DenyParticipantDocument,
  SendMessageDocument,
} from '../../src/client/generated/graphql.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

let server: TestServer | null = null;
const participants: Participant[] = [];

afterEach(async () => {
  await Promise.all(participants.splice(0).map((each) => each.dispose()));
  await server?.close();
  server = null;
});

interface Scene {
  readonly roomId: string;
  readonly ann: Person;
  readonly host: Participant;
  readonly started: TestServer;
}

function newcomer({ socketUrl }: TestServer, person: Person): Participant {
  const participant = new Participant(socketUrl, person);
  participants.push(participant);
  return participant;
}

/** Ann hosts a room that is entered by knocking. */
async function open(env: Record<string, string>): Promise<Scene> {
  const started = await startServer({ env });
  server = started;
  const ann = await register(started.graphqlUrl, 'Ann');
  const { id } = await createRoom(started.graphqlUrl, ann, { access: 'KNOCK' });
  const host = newcomer(started, ann);
  await host.join({ roomId: id, clientKey: 'host' });
  return { roomId: id, ann, host, started };
}

/** Knocks once, and takes the knock back; answers what came first. */
async function knock({ started, roomId }: Scene, person: Person): Promise<string> {
  const knocking = newcomer(started, person);
  const first = await knocking
    .join({ roomId, clientKey: crypto.randomUUID() })
    .catch((error: Error) => error);
  knocking.unsubscribe();
  if (first instanceof Error) return first.message;
  return first.__typename === 'JoinRefused' ? first.error.__typename : first.__typename;
}

test('KNOCKS_PER_USER: so many knocks at once, and the next one has to wait', async () => {
  const scene = await open({ KNOCKS_PER_USER: '3', KNOCKS_PER_ADDRESS: '1000' });
  const bob = await register(scene.started.graphqlUrl, 'Bob');
  for (let knocks = 0; knocks < 3; knocks += 1)
    expect(await knock(scene, bob)).toBe('KnockPending');
  expect(await knock(scene, bob)).toBe('RateLimitedError');
  const cem = await register(scene.started.graphqlUrl, 'Cem');
  expect(await knock(scene, cem)).toBe('KnockPending');
});

test('KNOCKS_PER_ADDRESS: users of one address share so many', async () => {
  const scene = await open({ KNOCKS_PER_USER: '1000', KNOCKS_PER_ADDRESS: '3' });
  for (const name of ['Bob', 'Cem', 'Dan']) {
    const person = await register(scene.started.graphqlUrl, name);
    expect(await knock(scene, person)).toBe('KnockPending');
  }
  const eve = await register(scene.started.graphqlUrl, 'Eve');
  expect(await knock(scene, eve)).toBe('RateLimitedError');
});

test('DENIED_SECONDS: whoever was not let in waits before the next knock', async () => {
  const scene = await open({ DENIED_SECONDS: '60' });
  const bob = await register(scene.started.graphqlUrl, 'Bob');
  const knocking = newcomer(scene.started, bob);
  await knocking.join({ roomId: scene.roomId, clientKey: 'tab' });
  const { knockId } = await scene.host.next('KnockReceived');
  const input = { roomId: scene.roomId, knockId };
  const denied = await post(
    scene.started.graphqlUrl,
    DenyParticipantDocument,
    { input },
    scene.ann.headers,
  );
  expect(denied.data?.denyParticipant.__typename).toBe('DenyParticipantSuccess');
  expect((await knocking.next('JoinRefused')).error.__typename).toBe('KnockDeniedError');
  expect(await knock(scene, bob)).toBe('RateLimitedError');
});

test.each([
  [1, true],
  [20, false],
])(
  'REPLAY_BYTES: after %i messages of 1,000 bytes a resume is recovered: %s',
  async (messages, recovered) => {
    const started = await startServer({ env: { REPLAY_BYTES: '8192', CHAT_BURST: '100' } });
    server = started;
    const ann = await register(started.graphqlUrl, 'Ann');
    const bob = await register(started.graphqlUrl, 'Bob');
    const { id: roomId } = await createRoom(started.graphqlUrl, ann, {});
    const host = newcomer(started, ann);
    await host.join({ roomId, clientKey: 'host' });
    const guest = newcomer(started, bob);
    const { cursor: after } = await guest.join({ roomId, clientKey: 'tab' });
    guest.cut();
    await host.next('ParticipantUpdated', ({ participant }) => participant.id === guest.id);
    for (let sent = 0; sent < messages; sent += 1) {
      const input = { roomId, text: 'x'.repeat(1000) };
      const answer = await post(started.graphqlUrl, SendMessageDocument, { input }, ann.headers);
      expect(answer.data?.sendMessage.__typename).toBe('SendMessageSuccess');
    }
    const back = newcomer(started, bob);
    const snapshot = await back.join({ roomId, clientKey: 'tab', after });
    expect(snapshot).toMatchObject({ __typename: 'RoomSnapshot', recovered });
  },
);
