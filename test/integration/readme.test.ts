import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServer } from '../kit/server.ts';

const ROOT = join(import.meta.dirname, '../..');
// Inside of the project, so that the snippets find their packages.
const FOLDER = join(ROOT, 'node_modules/.cache/peerql-readme');

/** What a browser has and Node 20 has not. */
const BROWSER = "import { WebSocket } from 'ws';\nglobalThis.WebSocket = WebSocket;\n";

function snippet(name: string): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const found = new RegExp(`<!-- snippet: ${name} -->\\s+\`\`\`js\\n([\\s\\S]*?)\`\`\``).exec(
    readme,
  );
  if (found?.[1] === undefined) throw new Error(`The README has no snippet ${name}.`);
  return found[1];
}

test.each(['apollo', 'urql'])('the %s snippet of the README joins a room', async (name) => {
  const server = await startServer();
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}-${process.pid}.mjs`);
  writeFileSync(
    file,
    BROWSER +
      snippet(name)
        .replaceAll('http://localhost:5000', server.url)
        .replaceAll('ws://localhost:5000', server.url.replace('http', 'ws')),
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.includes('\n')) child.kill();
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  expect(output.trim()).toBe('RoomSnapshot');
  rmSync(file);
  await server.close();
});
