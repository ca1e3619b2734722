import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startServer } from '../kit/server.ts';
import { snippet, writeSnippet } from '../kit/snippets.ts';

test.each([
  ['docs/graphql-clients.md', 'apollo', 'RoomSnapshot'],
  ['docs/graphql-clients.md', 'urql', 'RoomSnapshot'],
  ['docs/quick-start.md', 'quick-start-http', 'Ann made the room Tea'],
  ['docs/native-clients.md', 'native-bearer', 'RoomSnapshot'],
])('the snippet of %s, %s, does what it says', async (page, name, says) => {
  const server = await startServer();
  const file = writeSnippet(name, snippet(page, name), server);
  const child = spawn(process.execPath, [file.path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.includes('\n')) child.kill();
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  expect(output.trim()).toBe(says);
  file.remove();
  await server.close();
});
