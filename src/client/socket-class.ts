import type { Closing } from './socket.ts';

/**
 * The same WebSocket class, whose errors do no harm. It gives a socket that is closed already where the original throws.
 * Browsers throw when a page that came by https: opens a socket to a server of http:, and graphql-ws would wait for such
 * a socket for ever.
 */
export function withoutThrowing(socketClass: unknown): unknown {
  if (typeof socketClass !== 'function') return socketClass;
  return new Proxy(socketClass, {
    construct(original, given: unknown[]): object {
      try {
        const socket: WebSocket = Reflect.construct(original, given);
        // One of `ws` that is given up before it opens tells an error when graphql-ws listens no more: Node.js would end.
        socket.addEventListener?.('error', () => {});
        return socket;
      } catch (error) {
        return new ClosedSocket(error instanceof Error ? error.message : String(error));
      }
    },
  });
}

class ClosedSocket {
  readonly readyState = 3;
  onclose: ((closing: Closing) => void) | null = null;

  constructor(reason: string) {
    queueMicrotask(() => this.onclose?.({ code: 1006, reason }));
  }

  close(): void {}
}
