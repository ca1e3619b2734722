import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { normaliseMediaTypes } from '../../src/transport/http/body.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { Wire } from '../kit/wire.ts';

let server: TestServer;
afterEach(() => server?.close());

/** Says `text` on a connection of its own. */
function line(text: string): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

/** What comes back until the connection ends. */
async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  if (!socket.closed) await once(socket, 'close');
  return answer;
}

const JSON_HEAD = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

describe('a body in so many parts', () => {
  const inParts = (parts: number) => {
    const body = '{"query":"{ __typename }"}'.padEnd(parts);
    const chunks = [...body].map((character) => `1\r\n${character}\r\n`).join('');
    return `${JSON_HEAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
  };

  test('at a thousand it is answered, past it is 413', async () => {
    server = await startServer();
    expect(await answerOf(line(inParts(1000)))).toContain('{"data":{"__typename":"Query"}}');
    const past = await answerOf(line(inParts(1001)));
    expect(past).toMatch(/^HTTP\/1\.1 413/);
    expect(past).toContain('REQUEST_ENTITY_TOO_LARGE');
  });
});

test.each([
  ['where there is nothing', 'POST /nothing HTTP/1.1\r\nHost: x\r\n', 404],
  ['with a GET', 'GET /health HTTP/1.1\r\nHost: x\r\n', 200],
  ['of an encoding that is not supported', `${JSON_HEAD}Content-Encoding: gzip\r\n`, 415],
  ['of a forged request', `POST /graphql HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n`, 403],
])('a body without end, %s, ends with the answer', async (_where, head, status) => {
  server = await startServer();
  const socket = line(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  const more = setInterval(() => socket.write('1\r\nx\r\n'), 10);
  const answer = await answerOf(socket);
  clearInterval(more);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
  // Not the 408 of a body that takes too long.
  expect(answer.split('\r\n\r\n', 1)[0]).toContain('Connection: close');
});

test('a request that expects what nobody knows counts as any other', async () => {
  server = await startServer({ env: { REQUESTS_PER_SECOND_PER_ADDRESS: '20' } });
  const asking = 'GET /health HTTP/1.1\r\nHost: x\r\nExpect: the unexpected\r\n\r\n';
  const answer = await answerOf(line(asking.repeat(100)));
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(answer).toContain('HTTP/1.1 429');
});

test('of a list of accepted media types so many characters are read', () => {
  const headers = { accept: `${'a/b,'.repeat(250)}application/json` };
  normaliseMediaTypes({ headers } as Parameters<typeof normaliseMediaTypes>[0]);
  expect(headers.accept).toBe('a/b,'.repeat(250));
});

describe('reading has a price', () => {
  /** What is dear to read and refused at once. */
  const VARIABLES = JSON.stringify({ x: Array.from({ length: 20_000 }, () => []) });
  const env = {
    EXECUTION_MS_PER_SECOND_PER_ADDRESS: '1',
    REQUESTS_PER_SECOND_PER_ADDRESS: '1000000',
  };

  /** What becomes of request after request, each on a connection of its own, until `over` says so. */
  async function askUntil(text: string, over: (answer: string) => boolean): Promise<string[]> {
    const answers: string[] = [];
    while (answers.length < 5000 && !over(answers.at(-1) ?? 'begun')) {
      answers.push(await answerOf(line(text)));
    }
    return answers;
  }
  const isRefused = (answer: string) => answer.includes('RATE_LIMITED');

  test.each([
    [
      'long JSON',
      `{"query":"{ __typename }","extensions":${VARIABLES}}`,
      (length: number) => `${JSON_HEAD}Connection: close\r\nContent-Length: ${length}\r\n\r\n`,
    ],
    [
      'what the library answers',
      '',
      () =>
        'GET /graphql?query={__typename} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: application/json\r\n\r\n',
    ],
  ])('%s: the address is refused', { timeout: 60_000 }, async (_what, body, headOf) => {
    server = await startServer({ env });
    const answers = await askUntil(headOf(body.length) + body, isRefused);
    expect(answers[0]).toContain('{"data":{"__typename":"Query"}}');
    expect(answers.at(-1)).toContain('RATE_LIMITED');
  });

  test.each([
    ['bodies in too many parts', JSON_HEAD],
    ['bodies that nobody reads', 'POST /nothing HTTP/1.1\r\nHost: x\r\n'],
  ])(
    '%s: at last the connections of the address are ended',
    {
      timeout: 60_000,
    },
    async (_what, head) => {
      server = await startServer({ env });
      const text = `${head}Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(1100)}`;
      const answers = await askUntil(text, (answer) => answer === '');
      expect(answers[0]).toMatch(/^HTTP\/1\.1 4(13|04)/);
      expect(answers.at(-1)).toBe('');
      // It does not even get a handshake.
      await expect(Wire.open(server.socketUrl)).rejects.toThrow();
    },
  );

  test('long messages: the address is refused, and at last the socket closes', {
    timeout: 60_000,
  }, async () => {
    server = await startServer({ env });
    const wire = await Wire.ready(server.socketUrl);
    const payload = `{"query":"{ __typename }","extensions":${VARIABLES}}`;
    for (let sent = 0; sent < 5000 && wire.close === null; sent += 1) {
      wire.send(`{"type":"subscribe","id":"${sent}","payload":${payload}}`);
      await wire.until(
        () => wire.close !== null || wire.frames.some(({ id }) => id === `${sent}`),
        'an answer',
      );
    }
    expect(wire.close).toEqual({ code: 4429, reason: 'Too much to read: slow down' });
    expect(JSON.stringify(wire.frames)).toContain('RATE_LIMITED');
  });
});
