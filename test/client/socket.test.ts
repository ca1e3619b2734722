import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { RoomEventsDocument, SendOfferDocument } from '../../src/client/generated/operations.ts';
import { RoomLink } from '../../src/client/room-link.ts';
import { Socket } from '../../src/client/socket.ts';

interface Asked {
  readonly id: string;
  readonly query: string;
  /** Sends messages in one packet. */
  send(...messages: readonly Record<string, unknown>[]): void;
}

const ends: (() => void)[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const end of ends.splice(0)) end();
});

/** A server that acknowledges, and answers operations as `answer` says. */
async function serve(answer: (asked: Asked) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const closed: number[] = [];
  ends.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket, { socket: wire }) => {
    socket.on('close', (code) => closed.push(code));
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse(String(data));
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type !== 'subscribe') return;
      const send: Asked['send'] = (...messages) => {
        wire.cork();
        for (const message of messages) socket.send(JSON.stringify({ id, ...message }));
        wire.uncork();
      };
      answer({ id, query: payload.query, send });
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const options = { url: `ws://127.0.0.1:${port}`, token: async () => null, webSocket: WebSocket };
  return { closed, options };
}

/** With a clock that stands still: the socket ends so many milliseconds from now, and not one before. */
async function endsAfter(socket: Socket, ms: number): Promise<void> {
  let isClosed = false;
  const closed = socket.closed.then(() => {
    isClosed = true;
  });
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(isClosed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await closed;
}

const unavailable = [{ message: 'Try again in a moment.', extensions: { code: 'UNAVAILABLE' } }];
const chat = { __typename: 'ChatCleared', cursor: 'a' };

it('keeps the room that is followed where a send is answered with errors and ends in the same packet', async () => {
  let tell: Asked['send'] = () => {};
  const { closed, options } = await serve(({ query, send }) => {
    if (query.startsWith('subscription')) tell = send;
    else send({ type: 'next', payload: { errors: unavailable } }, { type: 'complete' });
  });
  const socket = new Socket(options);
  const events: unknown[] = [];
  const failed = vi.fn();
  const ended = { failed, completed: failed };
  socket.subscribe(
    RoomEventsDocument,
    { roomId: 'room', media: {} },
    { next: ({ roomEvents }) => events.push(roomEvents), ...ended },
  );
  const input = { roomId: 'room', to: 'bob', sdp: 'v=0', signalId: 'one' };
  for (let send = 0; send < 2; send += 1) {
    await expect(socket.execute(SendOfferDocument, { input })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  }
  tell({ type: 'next', payload: { data: { roomEvents: chat } } });
  await vi.waitUntil(() => events.length > 0 || closed.length > 0);
  expect({ events, closed }).toEqual({ events: [chat], closed: [] });
  expect(failed).not.toHaveBeenCalled();
  socket.close();
  await vi.waitUntil(() => closed.length > 0);
  expect(closed).toEqual([1000]);
});

it('comes back to its place after an event with errors: the server is not told that it is left', async () => {
  let joins = 0;
  const { closed, options } = await serve(({ send }) => {
    joins += 1;
    if (joins === 1) send({ type: 'next', payload: { errors: unavailable } });
  });
  const link = new RoomLink({
    roomId: 'room',
    socket: options,
    backoff: { baseMs: 1, capMs: 1 },
  });
  await vi.waitUntil(() => joins === 2 && closed.length > 0);
  expect(closed).toEqual([4499]);
  link.leave();
  await vi.waitUntil(() => closed.length === 2);
  expect(closed).toEqual([4499, 1000]);
});

it('ends where the server does not open it within 8 s', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const options = { url: `ws://127.0.0.1:${port}`, token: async () => null, webSocket: WebSocket };
  const socket = new Socket(options, { eager: true });
  const [asked] = await once(server, 'connection');
  ends.push(
    () => server.close(),
    () => asked.destroy(),
  );
  await endsAfter(socket, 8_000);
});

it('ends where the server does not accept it within 10 s of its opening', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  ends.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const asked = new Promise((resolve) => {
    server.on('connection', (socket) => socket.once('message', resolve));
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const options = { url: `ws://127.0.0.1:${port}`, token: async () => null, webSocket: WebSocket };
  const socket = new Socket(options, { eager: true });
  await asked;
  await endsAfter(socket, 10_000);
});
