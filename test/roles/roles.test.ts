import { type GraphQLField, getNullableType, isLeafType } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { schema } from '../../src/graphql/schema.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { Participant } from '../kit/participant.ts';
import { post } from '../kit/people.ts';
import { findRedis, RedisServer } from '../kit/redis.ts';
import { startServer } from '../kit/server.ts';
import { OPERATIONS, type Row } from './operations.ts';
import { enterAsGuest, type Node, People, ROLES, type Role, Scene, signInAgain } from './scene.ts';

const ENV = {
  // Everybody here comes from one address, and some knock and try often.
  GUESTS_PER_ADDRESS: '1000000',
  MAILS_PER_ADDRESS: '1000',
  ADDRESS_FAILURES: '1000',
  ACCOUNT_FAILURES: '1000',
  SOCKETS_PER_USER: '100',
};

type Kind = 'query' | 'mutation' | 'subscription';

function operationsOf(kind: Kind): Map<string, GraphQLField<unknown, unknown>> {
  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[kind];
  return new Map(Object.entries(root?.getFields() ?? {}));
}

const kinds = ['query', 'mutation', 'subscription'] as const;

test('the table has every operation of the schema, and no other', () => {
  const all = kinds.flatMap((kind) => [...operationsOf(kind).keys()]);
  expect(Object.keys(OPERATIONS).sort()).toEqual([...new Set(all)].sort());
});

/** The document of an operation that asks for as little as can be. */
function documentOf(kind: Kind, name: string): string {
  const field = operationsOf(kind).get(name);
  if (field === undefined) throw new Error(`There is no ${name}.`);
  const used = field.args.filter((arg) => arg.name !== 'first' && arg.name !== 'after');
  const declared = used.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const given = used.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const head = `${kind} ${declared && `(${declared})`}`;
  const call = `${name} ${given && `(${given})`}`;
  if (isLeafType(getNullableType(field.type))) return `${head} { ${call} }`;
  const more =
    name === 'room' ? 'participants { id }' : '... on JoinRefused { error { __typename } }';
  const selection = kind === 'mutation' || name !== 'room' ? '__typename' : `__typename ${more}`;
  return `${head} { ${call} { ${selection} } }`;
}

describe.each([
  ['one node', oneNode],
  ['two nodes', twoNodes],
] as const)('on %s', (_name, start) => {
  let deployment: Deployment | null = null;
  let people: People;
  let shared: Scene;
  const opened: Scene[] = [];

  beforeAll(async () => {
    deployment = await start();
    if (deployment === null) return;
    people = await People.register(deployment.nodes);
    shared = await openScene();
  }, 120_000);
  afterAll(async () => {
    await Promise.all(opened.map((scene) => scene.close()));
    await deployment?.close();
  }, 60_000);

  async function openScene(): Promise<Scene> {
    const scene = await Scene.open(people);
    opened.push(scene);
    return scene;
  }

  async function headersOf(scene: Scene, role: Role, row: Row): Promise<Record<string, string>> {
    const person = scene.personOf(role);
    if (person === null) return {};
    if (row.endsSession !== true) return person.headers;
    const { graphqlUrl } = people.node(0);
    if (role === 'guest') return (await enterAsGuest(graphqlUrl, scene.roomId)).headers;
    return signInAgain(graphqlUrl, person);
  }

  async function callAs(
    kind: 'query' | 'mutation',
    name: string,
    row: Row,
    role: Role,
    scene: Scene,
  ): Promise<string> {
    // Not the node that the caller's socket is on.
    const { graphqlUrl } = people.node(ROLES.indexOf(role) + 1);
    const headers = await headersOf(scene, role, row);
    const answer = await post<Record<string, Shown | string | null>, Record<string, unknown>>(
      graphqlUrl,
      documentOf(kind, name),
      row.args?.(scene) ?? {},
      headers,
    );
    const code = answer.errors?.[0]?.extensions?.code;
    if (code !== undefined) return String(code);
    const shown = answer.data?.[name];
    if (shown === null) return 'null';
    if (typeof shown === 'string') return 'a text';
    const { __typename, participants } = shown ?? { __typename: JSON.stringify(answer) };
    return participants === undefined ? __typename : `${__typename} of ${participants.length}`;
  }

  async function followAs(name: string, row: Row, role: Role, scene: Scene): Promise<string> {
    const { socketUrl } = people.node(ROLES.indexOf(role) + 1);
    const person = scene.personOf(role);
    const args = row.args?.(scene) ?? {};
    if (name !== 'roomEvents' || person === null) {
      return followOnce(socketUrl, name, args, person?.token);
    }
    const participant = new Participant(socketUrl, person);
    try {
      const { roomId, clientKey } = { roomId: '', clientKey: '', ...row.args?.(scene) };
      const first = await participant.join({ roomId, clientKey });
      return first.__typename === 'JoinRefused'
        ? `JoinRefused ${first.error.__typename}`
        : first.__typename;
    } finally {
      await participant.dispose();
    }
  }

  test.each(
    kinds.flatMap((kind) => [...operationsOf(kind).keys()].map((name) => [kind, name] as const)),
  )(
    '%s %s',
    async (kind, name) => {
      if (deployment === null) return;
      const row = OPERATIONS[name];
      if (row === undefined) throw new Error(`The table lacks ${name}.`);
      const scene = row.changes === true ? await openScene() : shared;
      const answers: Partial<Record<Role, string>> = {};
      // Who may do it comes last, since it may change everything.
      for (const role of [...ROLES].reverse()) {
        answers[role] =
          kind === 'subscription'
            ? await followAs(name, row, role, scene)
            : await callAs(kind, name, row, role, scene);
      }
      expect(answers).toEqual(row.expected);
    },
    120_000,
  );
});

/** The first event of a subscription, or the code of the error that it ends with. */
async function followOnce(
  url: string,
  name: string,
  variables: Readonly<Record<string, unknown>>,
  token: string | undefined,
): Promise<string> {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token !== undefined && { connectionParams: { token } }),
  });
  try {
    const query = documentOf('subscription', name);
    for await (const { data, errors } of client.iterate<Record<string, Shown>>({
      query,
      variables: { ...variables },
    })) {
      return data?.[name]?.__typename ?? String(errors?.[0]?.extensions?.code);
    }
    return 'nothing';
  } finally {
    await client.dispose();
  }
}

interface Shown {
  readonly __typename: string;
  readonly participants?: readonly object[];
}

interface Deployment {
  readonly nodes: readonly Node[];
  close(): Promise<void>;
}

async function oneNode(): Promise<Deployment> {
  const server = await startServer({ env: ENV });
  return { nodes: [server], close: () => server.close() };
}

/** Null where a part is missing. */
async function twoNodes(): Promise<Deployment | null> {
  const binaries = { mongod: findMongod(), redis: findRedis() };
  if (binaries.mongod === null || binaries.redis === null) return null;
  const mongod = await Mongod.start(binaries.mongod);
  const redis = await RedisServer.start(binaries.redis);
  const env = {
    ...ENV,
    MONGO_URI: mongod.uri('roles'),
    REDIS_URL: redis.url,
    JWT_SECRET: 'the secret that both nodes of this test share',
  };
  const nodes = await Promise.all([startServer({ env }), startServer({ env })]);
  return {
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await Promise.all([mongod.dispose(), redis.dispose()]);
    },
  };
}
