import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExampleProgram } from '../kit/example-program.ts';
import { Npx, OUTSIDE, Packed } from '../kit/packed.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, register } from '../kit/people.ts';

const ROOT = join(import.meta.dirname, '../..');
const SECRET = 'a-secret-of-this-test-and-of-32-bytes-or-more';

/** What the examples need beside PeerQL, in one folder for all of them. */
const OTHERS = [
  ...['express@5', 'fastify@5', 'next@16', 'react@19', 'react-dom@19', 'graphql@16'],
  ...['@nestjs/common@12', '@nestjs/core@12', '@nestjs/platform-express@12'],
  ...['reflect-metadata@0.2', 'rxjs@7', 'typescript@~6.0.0', '@types/node@20'],
];

let server: Packed;
let client: Packed;
let folder: string;

beforeAll(async () => {
  [server, client] = [await Packed.make(), await Packed.make('dist/client')];
  folder = await server.install(client.tarball, ...OTHERS);
  const filter = (path: string) => !/node_modules|\/dist$|\.next$/.test(path);
  for (const name of ['node-http', 'express', 'fastify', 'nestjs', 'nextjs']) {
    await cp(join(ROOT, 'examples', name), join(folder, name), { recursive: true, filter });
  }
});
afterAll(async () => {
  await server?.remove();
  await client?.remove();
});

/** Starts an example's program. */
function start(name: string, args: readonly string[], env: Record<string, string> = {}) {
  return new ExampleProgram(join(folder, name), args, env);
}

/** Two people meet in a room below `/calls`, and the page of calls and one's own page are there. */
async function servesCalls(origin: string, ownPage: string): Promise<void> {
  const html = { headers: { accept: 'text/html' } };
  expect(await (await fetch(`${origin}/`, html)).text()).toContain(ownPage);
  const page = await fetch(`${origin}/calls/`, html);
  expect(await page.text()).toContain('<title>PeerQL</title>');
  const url = `${origin}/calls/graphql`;
  const [ann, bob] = [await register(url, 'Ann'), await register(url, 'Bob')];
  const { id } = await createRoom(url, ann, { name: 'Tea' });
  const people = [ann, bob].map((person) => new Participant(url.replace('http', 'ws'), person));
  for (const person of people) await person.join({ roomId: id });
  await people[0]?.next('ParticipantJoined');
  for (const person of people) await person.dispose();
}

test.each(['node-http', 'express', 'fastify'])('PeerQL in %s', async (name) => {
  const example = start(name, ['server.js']);
  try {
    await servesCalls(await example.up(), '<a href="/calls/">Calls</a>');
  } finally {
    expect([await example.stop(), example.output]).toEqual([0, expect.anything()]);
  }
});

test('PeerQL in NestJS', async () => {
  const cwd = join(folder, 'nestjs');
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc], { cwd }).catch((error) => {
    throw new Error(error.stdout);
  });
  const example = start('nestjs', ['dist/main.js']);
  try {
    await servesCalls(await example.up(), '<a href="/calls/">Calls</a>');
  } finally {
    expect([await example.stop(), example.output]).toEqual([0, expect.anything()]);
  }
});

test('PeerQL in the server of Next.js, and beside it by rewrites', async () => {
  const data = join(folder, 'apart');
  const local = { HOST: '127.0.0.1', PORT: '0', STUN_URLS: ',' };
  const apart = new Npx(folder, [], { ...local, DATA_DIR: data, PATH_PREFIX: '/calls' });
  try {
    const env = {
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      PEERQL_URL: new URL(await apart.up()).origin,
      JWT_SECRET: SECRET,
    };
    const next = join(folder, 'node_modules/next/dist/bin/next');
    const cwd = join(folder, 'nextjs');
    await promisify(execFile)(process.execPath, [next, 'build'], {
      cwd,
      env: { ...OUTSIDE, ...env },
    }).catch((error) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    });
    for (const args of [['server.js'], [next, 'start', '--port', '0']]) {
      const example = start('nextjs', args, env);
      try {
        await servesCalls(await example.up(), 'RoomEvents');
      } finally {
        await example.stop();
      }
    }
  } finally {
    await apart.stop();
  }
}, 300_000);
