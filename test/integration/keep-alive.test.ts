import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { startServer, type TestServer } from '../kit/server.ts';

let server: TestServer | null = null;
const agent = new Agent({ keepAlive: true });

afterEach(async () => {
  agent.destroy();
  await server?.close();
  server = null;
});

async function answerOf(env: Record<string, string>) {
  server = await startServer({ env });
  const [response] = (await once(get(`${server.url}/health`, { agent }), 'response')) as [
    IncomingMessage,
  ];
  const { headers, socket } = response;
  response.resume();
  await once(response, 'end');
  return { headers, socket };
}

test('an idle connection outlives the idle time of proxies: 65 s', async () => {
  const { headers } = await answerOf({});
  expect(headers['keep-alive']).toBe('timeout=65');
});

test('KEEP_ALIVE_SECONDS: an idle connection is closed after it', async () => {
  const { headers, socket } = await answerOf({ KEEP_ALIVE_SECONDS: '1' });
  expect(headers['keep-alive']).toBe('timeout=1');
  await once(socket, 'close');
});
