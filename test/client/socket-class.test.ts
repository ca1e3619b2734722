import { afterEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createClient } from '../../src/client/index.ts';
import { Socket } from '../../src/client/socket.ts';
import { withoutThrowing } from '../../src/client/socket-class.ts';

/** As a browser does on a page of https: to a server of http:. */
class Throwing extends WebSocket {
  constructor() {
    super('ws://127.0.0.1:9');
    this.on('error', () => {});
    this.terminate();
    throw new DOMException('An insecure connection may not be initiated.', 'SecurityError');
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

it('closes at once where the browser makes no socket, with the browser’s reason', async () => {
  const socket = new Socket(
    { url: 'ws://127.0.0.1:9', token: async () => null, webSocket: Throwing },
    { eager: true },
  );
  expect(await socket.closed).toEqual({
    code: 1006,
    reason: 'An insecure connection may not be initiated.',
  });
});

it('makes sockets of the class, with its constants', () => {
  const made = withoutThrowing(WebSocket) as typeof WebSocket;
  expect(made.OPEN).toBe(1);
  const socket = new made('ws://127.0.0.1:9');
  socket.on('error', () => {});
  expect(socket).toBeInstanceOf(WebSocket);
  socket.terminate();
  expect(withoutThrowing(undefined)).toBeUndefined();
});

it('says that a page of https: cannot use a server of http:', async () => {
  vi.stubGlobal('location', new URL('https://app.example.com/'));
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      close() {}
    },
  );
  const fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  const away = (url: string) => createClient({ url, fetch, webSocket: Throwing });
  const plain = away('http://api.example.com/graphql');
  const join = plain.joinRoom('room', { timeoutMs: 1000 });
  for (const one of [plain.me(), plain.connect(), join]) {
    await expect(one).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('only a server of https:'),
    });
  }
  for (const url of ['https://api.example.com/graphql', 'http://localhost:4000/graphql']) {
    await expect(away(url).me()).rejects.toMatchObject({
      code: 'NETWORK',
      message: 'The server could not be reached.',
    });
  }
});
