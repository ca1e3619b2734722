import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExampleProgram } from '../kit/example-program.ts';
import { Packed } from '../kit/packed.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { snippet } from '../kit/snippets.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const GUIDE = 'docs/in-your-own-server.md';
/** What the guide says has to be installed where a bundle runs. */
const INSTALLED = ['@node-rs/argon2', 'bcryptjs', 'libsql'];
const HTML = { headers: { accept: 'text/html' } };
const run = promisify(execFile);

const PROGRAMS = [
  // The command line is no export of the package.
  ['the command line', '', async () => "import './node_modules/peerql/dist/main.js';"],
  [
    'a server with Express',
    '/calls',
    () => readFile(join(ROOT, 'examples/express/server.js'), 'utf8'),
  ],
] as const;

let packed: Packed;
/** Inside of the project, so that what is bundled is found. */
let workshop: string;

beforeAll(async () => {
  packed = await Packed.make();
  workshop = await mkdtemp(join(MODULES, '.cache/peerql-bundled-'));
  const target = join(workshop, 'node_modules/peerql');
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', packed.tarball, '-C', target, '--strip-components=1']);
});
afterAll(async () => {
  for (const folder of [workshop, ...bundles.values()]) {
    await rm(folder, { recursive: true, force: true });
  }
  await packed?.remove();
});

/** The bundles that were made, each once, because that takes seconds. */
const bundles = new Map<string, string>();

/** Bundles a program as the guide says; resolves to a folder elsewhere with the bundle and what has to be installed. */
async function bundled(bundler: string, program: string): Promise<string> {
  const made = bundles.get(bundler + program);
  if (made !== undefined) return made;
  await writeFile(join(workshop, 'server.js'), program);
  const build = join(workshop, 'build.mjs');
  await writeFile(build, snippet(GUIDE, `bundle-${bundler}`) + snippet(GUIDE, 'bundle-files'));
  await rm(join(workshop, 'out'), { recursive: true, force: true });
  await run(process.execPath, [build], { cwd: workshop });
  const folder = await mkdtemp(join(tmpdir(), 'peerql-bundled-'));
  await cp(join(workshop, 'out'), folder, { recursive: true });
  await mkdir(join(folder, 'node_modules/@node-rs'), { recursive: true });
  for (const name of INSTALLED) {
    await symlink(join(MODULES, name), join(folder, 'node_modules', name));
  }
  bundles.set(bundler + program, folder);
  return folder;
}

function start(folder: string): ExampleProgram {
  return new ExampleProgram(folder, ['server.mjs'], { HOST: '127.0.0.1' });
}

/** The schema that a server says it has. */
async function schemaOf(api: string): Promise<string> {
  type Introspection = Parameters<typeof buildClientSchema>[0];
  const query = getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true });
  const { data } = await post<Introspection, never>(api, query);
  if (!data) throw new Error('There is no introspection.');
  return printSchema(lexicographicSortSchema(buildClientSchema(data)));
}

async function expectPages(base: string): Promise<void> {
  const page = await (await fetch(`${base}/`, HTML)).text();
  const script = /<script[^>]+src="([^"]+)"/.exec(page)?.[1] ?? '';
  const { headers } = await fetch(new URL(script, `${base}/`));
  expect(headers.get('content-type')).toContain('javascript');
  expect(await (await fetch(`${base}/graphql`, HTML)).text()).toContain('account-bar');
}

/** Two people meet in a room, and one sends the other an offer. */
async function expectSignal(api: string): Promise<void> {
  const ann = await register(api);
  const room = await createRoom(api, ann);
  const people = [ann, await register(api, 'Ben')].map(
    (person) => new Participant(api.replace('http', 'ws'), person),
  );
  const [first, second] = people as [Participant, Participant];
  try {
    await first.join({ roomId: room.id });
    await second.join({ roomId: room.id });
    await second.offer(room.id, first.id, 'v=0');
    expect(await first.next('OfferReceived')).toMatchObject({ sdp: 'v=0' });
  } finally {
    await Promise.all(people.map((one) => one.dispose()));
  }
}

for (const bundler of ['esbuild', 'rolldown']) {
  test.each(PROGRAMS)(
    `bundled by ${bundler}, %s does all that it did`,
    async (_, path, program) => {
      const folder = await bundled(bundler, await program());
      const server = start(folder);
      try {
        const base = `${await server.up()}${path}`;
        const sdl = await readFile(join(ROOT, 'schema.graphql'), 'utf8');
        const whole = printSchema(lexicographicSortSchema(buildSchema(sdl)));
        expect(await schemaOf(`${base}/graphql`)).toBe(whole);
        await expectPages(base);
        await expectSignal(`${base}/graphql`);
      } finally {
        await server.stop();
      }
    },
  );
}

test('a bundle without the call page says so, and one without another file does not start', async () => {
  const folder = await bundled('esbuild', await PROGRAMS[0][2]());
  await rm(join(folder, 'page'), { recursive: true });
  const server = start(folder);
  try {
    const base = await server.up();
    expect((await fetch(`${base}/`, HTML)).status).toBe(404);
    expect(server.output).toContain('There is no call page');
  } finally {
    await server.stop();
  }
  await rm(join(folder, 'store/sqlite/worker.mjs'));
  const failed = start(folder);
  await expect(failed.up()).rejects.toThrow(/cannot start.*worker\.mjs is missing/);
  await failed.stop();
});
