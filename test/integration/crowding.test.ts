import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startServer, type TestServer } from '../kit/server.ts';
import { pace, until } from '../kit/waiting.ts';

const HEALTH = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
const HALF =
  'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{';

/** Resolves at the beginning of a second of this process, by which the server counts. */
const aNewSecond = () => pace(1000 - (performance.now() % 1000));

let server: TestServer;
afterEach(() => server.close());

/** A TCP connection whose own half stays open until the server ends the other one. */
class Line {
  text = '';
  readonly socket: Socket;

  constructor() {
    this.socket = connect({
      port: Number(new URL(server.url).port),
      host: '127.0.0.1',
      allowHalfOpen: true,
    });
    this.socket.on('error', () => {});
    // Only what is still sent finds out that the server has ended both halves.
    this.socket.once('end', () => {
      const probe = setInterval(() => this.socket.write('x'), 20);
      this.socket.once('close', () => clearInterval(probe));
    });
    this.socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
    });
  }

  say(text: string): this {
    this.socket.write(text);
    return this;
  }

  async answered(): Promise<string> {
    if (this.text === '' && !this.socket.destroyed) {
      await Promise.race([once(this.socket, 'data'), this.ended()]);
    }
    return this.text;
  }

  async ended(): Promise<void> {
    if (!this.socket.closed) await new Promise((resolve) => this.socket.once('close', resolve));
  }
}

test('a connection that offers another protocol with each request counts once, and adds no listeners', async () => {
  server = await startServer({ env: { CONNECTIONS_PER_ADDRESS: '3' } });
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  const line = new Line();
  const offer = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
  for (let asked = 1; asked <= 30; asked += 1) {
    line.say(offer);
    await until(() => line.text.split('200 OK').length === asked + 1, `answer ${asked}`);
  }
  const others = [new Line().say(HEALTH), new Line().say(HEALTH)];
  for (const other of others) expect(await other.answered()).toContain('200 OK');
  for (const each of [line, ...others]) each.socket.destroy();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

test('CONNECTIONS_PER_ADDRESS: at it they are served, past it they are ended at once', async () => {
  server = await startServer({ env: { CONNECTIONS_PER_ADDRESS: '3' } });
  const lines: Line[] = [];
  for (let i = 0; i < 3; i += 1) {
    const line = new Line().say(HEALTH);
    expect(await line.answered()).toContain('200 OK');
    lines.push(line);
  }
  const over = new Line().say(HEALTH);
  await over.ended();
  expect(over.text).toBe('');
  lines[0]?.socket.destroy();
  await expect
    .poll(async () => (await new Line().say(HEALTH).answered()).includes('200 OK'))
    .toBe(true);
  for (const { socket } of lines) socket.destroy();
});

test('CONNECTIONS: past it nobody is served', async () => {
  server = await startServer({ env: { CONNECTIONS: '10' } });
  const lines = Array.from({ length: 10 }, () => new Line().say(HEALTH));
  for (const line of lines) expect(await line.answered()).toContain('200 OK');
  const over = new Line().say(HEALTH);
  await over.ended();
  expect(over.text).toBe('');
  for (const { socket } of lines) socket.destroy();
});

test('REQUESTS_PER_ADDRESS: half-sent bodies wait up to it, past it they are refused', async () => {
  server = await startServer({ env: { REQUESTS_PER_ADDRESS: '3' } });
  const waiting = Array.from({ length: 3 }, () => new Line().say(HALF));
  await expect
    .poll(async () => (await new Line().say(HEALTH).answered()).includes('429'))
    .toBe(true);
  const over = new Line().say(HALF);
  expect(await over.answered()).toContain('429 Too Many Requests');
  await over.ended();
  expect(waiting.map(({ socket }) => socket.destroyed)).toEqual([false, false, false]);
  for (const { socket } of waiting) socket.destroy();
  await expect
    .poll(async () => (await new Line().say(HEALTH).answered()).includes('200 OK'))
    .toBe(true);
});

test('REQUESTS_PER_SECOND_PER_ADDRESS: at it requests are answered, past it refused, until the next second', async () => {
  const limit = 20;
  server = await startServer({ env: { REQUESTS_PER_SECOND_PER_ADDRESS: String(limit) } });
  await aNewSecond();
  let [line, next] = [new Line(), new Line()];
  await until(async () => {
    // It takes ten seconds to answer as many.
    line = new Line().say(HEALTH.repeat(10 * limit));
    await line.ended();
    next = new Line().say(HEALTH);
    // Its end may show as an error.
    const text = await next.answered().catch(() => '');
    next.socket.destroy();
    // Else a new second has begun meanwhile.
    return text === '';
  }, 'a connection that is ended at once');
  expect(line.text).toContain('429 Too Many Requests');
  expect(line.text).toContain('Retry-After: 1');
  await aNewSecond();
  // A connection counts, too.
  line = new Line().say(HEALTH.repeat(limit - 1));
  await until(() => line.text.split('200 OK').length === limit, 'an answer to each');
  line.socket.destroy();
});

test('requests that were sent without waiting for answers count no longer than their connection lasts', async () => {
  server = await startServer({ env: { REQUESTS_PER_ADDRESS: '20' } });
  const query =
    'mutation { login(input: { email: "a@example.com", password: "x" }) { __typename } }';
  const body = JSON.stringify({ query });
  const slow = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (let cut = 0; cut < 4; ) {
    // The answers to the others wait behind the one that hashes a password, and then have no connection.
    const line = new Line().say(slow + HEALTH.repeat(7));
    await once(line.socket, 'connect');
    await new Line().say(HEALTH).answered();
    // Where the password was hashed sooner, it says nothing.
    if (line.text === '') cut += 1;
    line.socket.resetAndDestroy();
  }
  // All of them may be had again.
  const answers = async () => {
    const line = new Line().say(slow + HEALTH.repeat(19));
    await line.answered();
    await expect.poll(() => line.text.split('HTTP/1.1').length - 1).toBe(20);
    line.socket.destroy();
    return line.text.split('200 OK').length - 1;
  };
  await expect.poll(answers, { timeout: 10_000 }).toBe(20);
});

test('an upgrade that is refused ends the connection, whatever the client keeps open', async () => {
  server = await startServer();
  const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
  for (const [request, status] of [
    [`GET /elsewhere HTTP/1.1\r\nHost: x\r\n${upgrade}`, '404'],
    [`GET /graphql HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n${upgrade}`, '403'],
    [`GET /graphql HTTP/1.1\r\nHost: x\r\n${upgrade}`, '400'],
  ] as const) {
    const line = new Line().say(request);
    expect(await line.answered()).toContain(status);
    await line.ended();
    // What came in the same packet is heard by nobody.
    const greedy = new Line().say(request + HEALTH);
    await greedy.ended();
    expect(greedy.text).not.toContain('200 OK');
  }
});
