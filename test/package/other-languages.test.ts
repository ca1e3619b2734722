import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OUTSIDE } from '../kit/packed.ts';
import { post } from '../kit/people.ts';
import { ensureBuilt } from '../kit/process.ts';
import { findOrSkip } from '../kit/program.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const ROOT = join(import.meta.dirname, '../..');
const SCHEMA = join(ROOT, 'schema.graphql');
const SDK = join(ROOT, 'dist/server-sdk/index.js');
const SECRET = 'a secret of at least thirty-two bytes';

const python = findOrSkip(
  'PYTHON_BINARY',
  ['python3'],
  'No python3: what is written in Python needs one.',
);
const go = findOrSkip(
  'GO_BINARY',
  ['go'],
  'No go: what is written in Go needs one (Debian: golang-go).',
);

let server: TestServer;
let folder: string;

beforeAll(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), 'peerql-languages-'));
  server = await startServer({ env: { API_KEYS: `shop:${SECRET}` } });
}, 300_000);
afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program in a folder; resolves to what it writes. */
async function run(
  program: string,
  args: readonly string[],
  env: object = {},
  cwd = folder,
): Promise<string> {
  const options = { cwd, env: { ...OUTSIDE, ...env }, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(program, args, options).catch(
    (error: { stdout?: string; stderr?: string }) => {
      throw new Error(`${program} ${args.join(' ')}:\n${error.stdout}\n${error.stderr}`);
    },
  );
  return stdout;
}

/** Installs packages of Python for one program, apart from those of others: pip replaces no folder that is there. */
async function pip(...packages: string[]): Promise<{ PYTHONPATH: string }> {
  const target = await mkdtemp(join(folder, 'python-'));
  const quiet = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore'];
  const args = ['-m', 'pip', 'install', ...quiet, '--only-binary=:all:', '--target', target];
  await run(python ?? '', [...args, ...packages]);
  return { PYTHONPATH: target };
}

/** The code that stands in the page under `<!-- language: join-token -->`. */
async function fromPage(language: string): Promise<string> {
  const page = await readFile(join(ROOT, 'docs/your-own-users/own-session.md'), 'utf8');
  const [, code] =
    new RegExp(`<!-- ${language}: join-token -->\\n\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(page) ?? [];
  if (code === undefined) throw new Error(`The page has no code in ${language}.`);
  return code;
}

/** Whom the server takes the bearer of a token for. */
async function nameBy(token: string): Promise<string | undefined> {
  const answer = await post<{ me: { name: string } | null }, object>(
    server.graphqlUrl,
    '{ me { name } }',
    {},
    { authorization: `Bearer ${token.trim()}` },
  );
  return answer.data?.me?.name;
}

test.skipIf(python === null)('a token made in Python as the page says', async () => {
  const env = await pip('PyJWT==2.10.1');
  const call = `print(join_token("shop", "${SECRET}", "ann", "Ann of Python"))`;
  await writeFile(join(folder, 'token.py.txt'), `${await fromPage('python')}\n${call}\n`);
  expect(await nameBy(await run(python ?? '', ['token.py.txt'], env))).toBe('Ann of Python');
});

test.skipIf(go === null)('a token made in Go as the page says', async () => {
  const used = ['crypto/hmac', 'crypto/sha256', 'encoding/base64', 'encoding/json', 'fmt', 'time'];
  const imports = used.map((name) => `import "${name}"`).join('\n');
  const main = `func main() { fmt.Println(joinToken("shop", "${SECRET}", "bob", "Bob of Go", 10*time.Minute)) }`;
  const program = `package main\n${imports}\n${await fromPage('go')}\n${main}\n`;
  await writeFile(join(folder, 'main.go'), program);
  expect(await nameBy(await run(go ?? '', ['run', 'main.go']))).toBe('Bob of Go');
});

test('a token made in Deno, and one in Bun, by the server SDK', async () => {
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', ...quiet, 'deno@2.9.6', 'bun@1.4.5']);
  const options = {
    apiKey: 'shop',
    apiSecret: SECRET,
    subject: 'eve',
    name: 'Eve',
    ttlSeconds: 60,
  };
  const program = `import { createJoinToken } from ${JSON.stringify(SDK)};
console.log(await createJoinToken(${JSON.stringify(options)}));`;
  await writeFile(join(folder, 'token.mjs'), program);
  const deno = ['run', '--no-lock', `--allow-read=${ROOT}`, 'token.mjs'];
  expect(await nameBy(await run('node_modules/.bin/deno', deno))).toBe('Eve');
  expect(await nameBy(await run('node_modules/.bin/bun', ['run', 'token.mjs']))).toBe('Eve');
});

test.skipIf(python === null)(
  'gql of Python registers over HTTP, and joins and signals over a WebSocket',
  async () => {
    const env = await pip('gql[aiohttp,websockets]==4.0.0');
    await writeFile(
      join(folder, 'call.py.txt'),
      await readFile(join(import.meta.dirname, 'call.py.txt')),
    );
    const said = await run(python ?? '', ['call.py.txt', server.graphqlUrl, server.socketUrl], env);
    expect(said.trim().split('\n')).toEqual([
      'Bob: RoomSnapshot',
      'Bob: ParticipantJoined Ann',
      'Ann sends: SendOfferSuccess',
      'Bob: OfferReceived v=0',
    ]);
  },
);

test.skipIf(python === null)(
  'ariadne-codegen makes a typed Python client of the schema',
  async () => {
    const env = await pip('ariadne-codegen==0.19.0');
    await writeFile(join(folder, 'queries.graphql'), 'query Me { me { id name createdAt } }');
    const settings = `[tool.ariadne-codegen]\nschema_path = ${JSON.stringify(SCHEMA)}\nqueries_path = "queries.graphql"\n`;
    await writeFile(join(folder, 'pyproject.toml'), settings);
    await run(python ?? '', ['-m', 'ariadne_codegen'], env);
    const check = 'import graphql_client; print(graphql_client.Me.model_validate({"me": None}))';
    expect(await run(python ?? '', ['-c', check], env)).toContain('me=None');
  },
);

test('the compiler of Relay, gql.tada and a generator of Kotlin take the schema', async () => {
  const app = await mkdtemp(join(folder, 'app-'));
  const at = (name: string) => join(app, name);
  await writeFile(at('package.json'), '{ "type": "module" }');
  const packages = [
    'relay-compiler@21.0.1',
    'gql.tada@1.11.3',
    'typescript@6.0.3',
    'graphql@16.15.0',
  ];
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', [
    'install',
    '--prefix',
    app,
    ...quiet,
    ...packages,
    '@graphql-codegen/kotlin@4.0.1',
  ]);
  await writeFile(at('schema.graphql'), await readFile(SCHEMA));

  const query = `query roomsQuery($first: Int!) { rooms(first: $first) { edges { node { id name } } } }`;
  const relay = `import { graphql } from 'react-relay';\nexport const rooms = graphql\`${query}\`;\n`;
  await writeFile(at('rooms.ts'), relay);
  const relayConfig = {
    src: '.',
    schema: 'schema.graphql',
    language: 'typescript',
    eagerEsModules: true,
  };
  await writeFile(at('relay.config.json'), JSON.stringify(relayConfig));
  await run(at('node_modules/.bin/relay-compiler'), [at('relay.config.json')], {}, app);
  expect(await readFile(at('__generated__/roomsQuery.graphql.ts'), 'utf8')).toContain('edges');

  const plugins = [
    {
      name: 'gql.tada/ts-plugin',
      schema: './schema.graphql',
      tadaOutputLocation: './graphql-env.d.ts',
    },
  ];
  const compilerOptions = { strict: true, skipLibCheck: true, module: 'nodenext', plugins };
  await writeFile(at('tsconfig.json'), JSON.stringify({ compilerOptions, files: ['tada.ts'] }));
  await writeFile(
    at('tada.ts'),
    `import { initGraphQLTada, type ResultOf } from 'gql.tada';
import type { introspection } from './graphql-env.d.ts';
const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string } }>();
const Me = graphql('query Me { me { name createdAt } }');
export const nameOf = ({ me }: ResultOf<typeof Me>): string | undefined => me?.name;
// @ts-expect-error It is a text.
export const wrong = ({ me }: ResultOf<typeof Me>): number | undefined => me?.createdAt;
`,
  );
  const tada = ['generate-output', '--tsconfig', at('tsconfig.json')];
  await run(at('node_modules/.bin/gql.tada'), tada, {}, app);
  await run(at('node_modules/.bin/tsc'), ['--noEmit', '-p', app]);

  const kotlin = `import { plugin } from '@graphql-codegen/kotlin';
import { buildSchema } from 'graphql';
import { readFileSync } from 'node:fs';
console.log(await plugin(buildSchema(readFileSync('schema.graphql', 'utf8')), [], { package: 'peerql' }, { outputFile: 'Api.kt' }));`;
  await writeFile(at('kotlin.mjs'), kotlin);
  expect(await run('node', ['kotlin.mjs'], {}, app)).toContain('data class CreateRoomInput');
});
