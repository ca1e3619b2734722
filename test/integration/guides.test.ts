import { gql, InMemoryCache } from '@apollo/client';
import { isAbstractType } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { possibleTypes } from '../../src/client/possible-types.ts';
import { schema } from '../../src/graphql/schema.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { snippet, writeSnippet } from '../kit/snippets.ts';
import { until } from '../kit/waiting.ts';

let server: TestServer;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  server = await startServer();
  ann = await register(server.graphqlUrl, 'Ann');
  bob = await register(server.graphqlUrl, 'Bob');
});

afterAll(() => server.close());

type Event = Readonly<Record<string, unknown>> & { readonly __typename: string };
type Answer = Promise<{ cursor?: string; __typename?: string }>;
type Peer = { readonly id: string; readonly user: { readonly name: string } };

/** What docs/migration.md makes of a Socket.IO client. */
interface Migrated {
  login(url: string, email: string, password: string): Promise<string>;
  connect(url: string, token: string): Client;
  joinRoom(
    socket: Client,
    roomId: string,
    media: { audio: boolean; video: boolean },
    on: Record<string, (event: Event) => void>,
  ): () => void;
  peopleHandlers(people: {
    addPeer(peer: Peer, how: { polite: boolean; offers: boolean }): void;
    removePeer(id: string): void;
  }): Record<string, (event: Event) => void>;
  sendOffer(socket: Client, roomId: string, to: string, sdp: string): Answer;
  sendAnswer(socket: Client, roomId: string, to: string, sdp: string): Answer;
  sendCandidates(socket: Client, roomId: string, to: string, candidates: object[]): Answer;
  setMedia(socket: Client, roomId: string, media: { audio?: boolean }): Answer;
}

test('the migration guide makes a client that signals, event by event', async () => {
  const parts = ['accounts', 'connection', 'join', 'people', 'signals', 'media'];
  const source = parts.map((part) => snippet('docs/migration.md', `migration-${part}`)).join('\n');
  const file = writeSnippet('migration', source, server);
  const migrated: Migrated = await import(file.path);
  const room = await createRoom(server.graphqlUrl, ann, { name: 'Tea' });

  const enter = async (person: Person) => {
    const token = await migrated.login(server.graphqlUrl, person.email, person.password);
    const socket = migrated.connect(server.socketUrl, token);
    const log: string[] = [];
    const peers = new Map<string, Peer>();
    const people = migrated.peopleHandlers({
      addPeer: (peer, { polite, offers }) => {
        peers.set(peer.user.name, peer);
        log.push(`${peer.user.name} polite=${polite} offers=${offers}`);
      },
      removePeer: (id) => log.push(`gone ${id}`),
    });
    const told = (name: string) => (event: Event) =>
      log.push(`${name} ${JSON.stringify(event.sdp ?? event.candidates ?? event.participant)}`);
    const leave = migrated.joinRoom(
      socket,
      room.id,
      { audio: true, video: true },
      {
        ...people,
        RoomSnapshot: (event) => {
          people.RoomSnapshot?.(event);
          log.push('in');
        },
        OfferReceived: told('offer'),
        AnswerReceived: told('answer'),
        IceCandidatesReceived: told('candidates'),
        ParticipantUpdated: told('updated'),
      },
    );
    const seen = (text: string) =>
      until(
        () => log.some((line) => line.includes(text)),
        () => `${text} at ${person.name}: ${log.join('\n')}`,
      );
    await seen('in');
    return { socket, log, peers, leave, seen };
  };

  const one = await enter(ann);
  const two = await enter(bob);
  await one.seen('Bob polite=false offers=false');
  expect(two.log).toEqual(['Ann polite=true offers=true', 'in']);

  const toAnn = two.peers.get('Ann')?.id ?? '';
  const toBob = one.peers.get('Bob')?.id ?? '';
  expect((await migrated.sendOffer(two.socket, room.id, toAnn, 'v=0 offer')).cursor).toBeTruthy();
  await one.seen('offer "v=0 offer"');
  expect((await migrated.sendAnswer(one.socket, room.id, toBob, 'v=0 answer')).cursor).toBeTruthy();
  await two.seen('answer "v=0 answer"');
  const candidates = [{ candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }];
  await migrated.sendCandidates(one.socket, room.id, toBob, candidates);
  await two.seen('candidates [{"candidate":"candidate:1"');
  await migrated.setMedia(one.socket, room.id, { audio: false });
  await two.seen('"media":{"audio":false,"video":true,"screen":false}');

  two.leave();
  await one.seen(`gone ${toBob}`);
  const late = await migrated.sendOffer(one.socket, room.id, toBob, 'v=0');
  expect(late.__typename).toBe('PeerNotInRoomError');
  one.leave();
  await Promise.all([one.socket.dispose(), two.socket.dispose()]);
  file.remove();
});

test('a connection token opens a socket, and each connection asks for one of its own', async () => {
  const source = `${snippet('docs/native-clients.md', 'native-connection-token')}\nexport { connect };`;
  const file = writeSnippet('connection-token', source, server);
  const { connect }: { connect(url: string, fetchToken: () => Promise<string>): Client } =
    await import(file.path);
  let asked = 0;
  const fetchToken = async () => {
    asked += 1;
    const issue =
      'mutation { issueConnectionToken(input: {}) { ... on IssueConnectionTokenSuccess { token } } }';
    const answer = await post<{ issueConnectionToken: { token: string } }, object>(
      server.graphqlUrl,
      issue,
      {},
      ann.headers,
    );
    return answer.data?.issueConnectionToken.token ?? '';
  };
  const socket = connect(server.socketUrl, fetchToken);
  const whoAmI = () =>
    new Promise((resolve, reject) => {
      socket.subscribe(
        { query: '{ me { name } }' },
        { next: ({ data }) => resolve(data?.me), error: reject, complete() {} },
      );
    });
  expect(await whoAmI()).toEqual({ name: 'Ann' });
  const closed = new Promise((resolve) => socket.on('closed', resolve));
  socket.terminate();
  await closed;
  expect(await whoAmI()).toEqual({ name: 'Ann' });
  expect(asked).toBe(2);
  await socket.dispose();
  file.remove();
});

test('Apollo keeps the fields of `... on Error` once it knows the possible types', () => {
  expect(possibleTypes.Error).toContain('RoomFullError');
  expect(possibleTypes.RoomEvent).toContain('RoomSnapshot');
  const named = Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => [
      type.name,
      schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .sort(),
    ]);
  expect(possibleTypes).toEqual(Object.fromEntries(named));

  const query = gql`
    query Asked {
      answer {
        __typename
        ... on Error {
          message
        }
      }
    }
  `;
  const stored = (cache: InMemoryCache) => {
    const answer = { __typename: 'RoomFullError', message: 'Full.' };
    cache.writeQuery({ query, data: { answer } });
    return cache.readQuery({ query });
  };
  expect(stored(new InMemoryCache())).toEqual({ answer: { __typename: 'RoomFullError' } });
  expect(stored(new InMemoryCache({ possibleTypes }))).toEqual({
    answer: { __typename: 'RoomFullError', message: 'Full.' },
  });
});
