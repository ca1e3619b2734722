import { describe, expect, test } from 'vitest';
import { type Import, imports, read, sources } from './import-graph.ts';

const line = ({ from, to }: Import) => `${from} → ${to}`;

/** Imports of a folder's files, those within the folder left out. */
function leaving(folder: string): Import[] {
  return imports.filter(({ from, to }) => from.startsWith(folder) && !to.startsWith(folder));
}

function breaches(folder: string, allowed: (one: Import) => boolean): string[] {
  return leaving(folder)
    .filter(({ to }) => to.startsWith('src/'))
    .filter((one) => !allowed(one))
    .map(line);
}

const within = (...folders: string[]) => {
  return ({ to }: Import) => folders.some((folder) => to.startsWith(folder));
};

/** What stands behind the ports that the domain declares. */
const implementations = [
  'store',
  'log',
  'redis',
  'crypto',
  'issuers',
  'mail',
  'throttling',
  'webhooks',
  'push',
].map((name) => `src/${name}/`);

describe('who may import whom', () => {
  test('main → cli → server: nobody imports main, only main the command line, only its start the server', () => {
    const found = imports.filter(
      ({ from, to }) =>
        to === 'src/main.ts' ||
        (to.startsWith('src/cli/') && from !== 'src/main.ts' && !from.startsWith('src/cli/')) ||
        (to.startsWith('src/server/') &&
          from !== 'src/cli/start.ts' &&
          !from.startsWith('src/server/')),
    );
    expect(found.map(line)).toEqual([]);
    expect(breaches('src/main.ts', within('src/cli/'))).toEqual([]);
  });

  test('the command line reaches around the server for the store, the room log, mail and the domain alone', () => {
    const allowed = within(
      'src/server/app.ts',
      'src/config/',
      'src/domain/',
      'src/store/',
      'src/log/',
      'src/redis/',
      'src/issuers/',
      'src/mail/',
      'src/observability/process-log.ts',
    );
    expect(breaches('src/cli/', allowed)).toEqual([]);
  });

  test('only the server and the command line import what implements the ports, beyond its types', () => {
    for (const folder of implementations) {
      const found = imports.filter(
        ({ from, to, typeOnly }) =>
          to.startsWith(folder) &&
          !from.startsWith(folder) &&
          !from.startsWith('src/server/') &&
          !from.startsWith('src/cli/') &&
          !(folder === 'src/redis/' && from.startsWith('src/log/redis/')) &&
          !typeOnly,
      );
      expect(found.map(line)).toEqual([]);
    }
  });

  test('nobody imports the transport but the server', () => {
    const found = imports.filter(
      ({ from, to }) => to.startsWith('src/transport/') && !/^src\/(transport|server)\//.test(from),
    );
    expect(found.map(line)).toEqual([]);
  });

  test('transport → execution → graphql → domain', () => {
    const transport = within(
      'src/execution/',
      'src/observability/',
      'src/graphql/',
      'src/domain/',
      'src/package-file.ts',
    );
    expect(breaches('src/transport/', transport)).toEqual([]);
    expect(breaches('src/execution/', within('src/graphql/', 'src/domain/'))).toEqual([]);
    // What a call is told of, it is told by the context of the resolvers, whose type is all that is seen of them.
    const observed = ({ to, typeOnly }: Import) =>
      to.startsWith('src/domain/') || (to === 'src/graphql/context.ts' && typeOnly);
    expect(breaches('src/observability/', observed)).toEqual([]);
    expect(breaches('src/graphql/', within('src/domain/'))).toEqual([]);
    expect(breaches('src/domain/', () => false)).toEqual([]);
  });

  test('what implements the ports sees the domain, its files and a log its Redis, and nothing else of the server', () => {
    for (const folder of implementations) {
      const allowed = (one: Import) =>
        one.to.startsWith('src/domain/') ||
        one.to === 'src/data-folder.ts' ||
        one.to === 'src/package-file.ts' ||
        (one.from.startsWith('src/log/redis/') && one.to.startsWith('src/redis/')) ||
        (one.from === 'src/redis/limiters.ts' && one.typeOnly);
      expect(breaches(folder, allowed)).toEqual([]);
    }
  });

  test('in the domain: calling → person → people → call, and signaling → room → rooms → accounts, never back', () => {
    const order = [
      ...['accounts', 'rooms', 'room', 'signaling'],
      ...['call', 'people', 'person', 'calling'],
    ];
    const rank = (file: string) => order.indexOf(file.split('/')[2] ?? '');
    const back = imports.filter(
      ({ from, to }) => from.startsWith('src/domain/') && rank(from) >= 0 && rank(to) > rank(from),
    );
    expect(back.map(line)).toEqual([]);
  });

  test('a log knows nothing of what it is a log of', () => {
    const found = imports.filter(
      ({ from, to }) => from.startsWith('src/log/') && /^src\/domain\/.*\//.test(to),
    );
    expect(found.map(line)).toEqual([]);
  });

  test('the domain knows no GraphQL, no transport and no store', () => {
    const forbidden =
      /^(graphql|graphql-.*|ws|node:http|node:net|mongoose|@typegoose\/.*|redis|ioredis|argon2|jose|libsql)$/;
    const found = imports.filter(
      ({ from, to }) => from.startsWith('src/domain/') && forbidden.test(to),
    );
    expect(found.map(line)).toEqual([]);
  });

  test('the client imports nothing of the server, and nothing of Node', () => {
    expect(breaches('src/client/', () => false)).toEqual([]);
    const ofNode = leaving('src/client/').filter(({ to }) => to.startsWith('node:'));
    expect(ofNode.map(line)).toEqual([]);
  });

  test('the SDK of other servers imports nothing of this one, and nothing of Node', () => {
    expect(breaches('src/server-sdk/', () => false)).toEqual([]);
    const ofNode = leaving('src/server-sdk/').filter(({ to }) => to.startsWith('node:'));
    expect(ofNode.map(line)).toEqual([]);
  });

  test('page → elements → client, and nothing of the server', () => {
    expect(breaches('src/page/', within('src/client/', 'src/elements/'))).toEqual([]);
    expect(breaches('src/elements/', within('src/client/'))).toEqual([]);
  });

  test('the elements import what npm can install, and of Node nothing', () => {
    const others = leaving('src/elements/').filter(({ to }) => !/^lit($|\/)/.test(to));
    const of = (file: (from: string) => boolean) =>
      [...new Set(others.filter(({ from }) => file(from)).map(({ to }) => to))].sort();
    const react = 'src/elements/react.ts';
    expect(of((from) => from !== react)).toEqual(['src/client/index.ts']);
    expect(of((from) => from === react)).toEqual(['@lit/react', 'react']);
  });
});

describe('files', () => {
  test('no name says nothing, and there is no barrel but the SDKs’', () => {
    const empty = /(^|\/)(utils|util|types|helpers|helper|common|misc|shared)\.ts$/;
    expect(sources.filter((file) => empty.test(file))).toEqual([]);
    expect(sources.filter((file) => /(^|\/)index\.ts$/.test(file))).toEqual([
      'src/client/index.ts',
      'src/server-sdk/index.ts',
    ]);
  });

  test('process.env is read in main alone', () => {
    const readers = sources.filter((file) => /\bprocess\.env\b/.test(read(file)));
    expect(readers).toEqual(['src/main.ts']);
  });

  /** Longer than 300 lines, each with the reason. */
  const LONG: Readonly<Record<string, string>> = {
    'src/client/generated/graphql.ts': 'generated',
    'src/client/generated/possible-types.ts': 'generated',
    'src/server-sdk/generated/graphql.ts': 'generated',
    'src/domain/accounts/common-passwords.ts': 'a list',
    'src/page/messages/english.ts': 'all texts of one language',
    'src/page/messages/german.ts': 'all texts of one language',
  };

  test('none is longer than 300 lines without a reason', () => {
    const long = sources.filter((file) => read(file).split('\n').length - 1 > 300);
    expect(long.filter((file) => !(file in LONG))).toEqual([]);
  });
});
