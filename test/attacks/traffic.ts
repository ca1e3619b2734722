import { connect, Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';

/** What happened to a socket, and when: it was opened, so many bytes were sent, or it was closed. */
interface Act {
  readonly at: number;
  readonly socket: number;
  readonly what: 'opened' | 'closed' | number;
}

type Written = (error?: Error | null) => void;
type Chunks = { chunk: Buffer | string; encoding: BufferEncoding }[];

const { _write, _writev, connect: open } = Socket.prototype;

/** Everything that this process has sent over TCP, without its content. */
export class Traffic {
  readonly #acts: Act[] = [];
  readonly #numbers = new WeakMap<Socket, number>();
  #sockets = 0;
  readonly #began = performance.now();

  /** Notes what is sent while `run` runs. */
  static async during<T>(run: () => Promise<T>): Promise<{ result: T; traffic: Traffic }> {
    const traffic = new Traffic();
    traffic.#watch();
    try {
      return { result: await run(), traffic };
    } finally {
      Object.assign(Socket.prototype, { connect: open, _write, _writev });
    }
  }

  #watch(): void {
    const note = (socket: Socket, what: Act['what']) => this.#note(socket, what);
    // What waits in vain for the other side to read was not sent.
    const sent = (socket: Socket, bytes: number, written: Written) => (error?: Error | null) => {
      if (!error) note(socket, bytes);
      written(error);
    };
    Object.assign(Socket.prototype, {
      connect(this: Socket, ...args: Parameters<typeof open>) {
        note(this, 'opened');
        this.once('close', () => note(this, 'closed'));
        return Reflect.apply(open, this, args);
      },
      _write(this: Socket, chunk: Buffer | string, encoding: BufferEncoding, written: Written) {
        _write.call(this, chunk, encoding, sent(this, bytesOf(chunk, encoding), written));
      },
      _writev(this: Socket, chunks: Chunks, written: Written) {
        const bytes = chunks.reduce((sum, one) => sum + bytesOf(one.chunk, one.encoding), 0);
        _writev?.call(this, chunks, sent(this, bytes, written));
      },
    });
  }

  #note(socket: Socket, what: Act['what']): void {
    let number = this.#numbers.get(socket);
    if (number === undefined) {
      // One that was open before is opened again.
      number = this.#sockets;
      this.#sockets += 1;
      this.#numbers.set(socket, number);
      if (what !== 'opened') this.#add(number, 'opened');
    }
    this.#add(number, what);
  }

  #add(socket: number, what: Act['what']): void {
    this.#acts.push({ at: performance.now() - this.#began, socket, what });
  }

  /** Sends as much at the same moments to another server. */
  async replay(port: number): Promise<void> {
    const sockets = new Map<number, Socket>();
    const began = performance.now();
    for (const { at, socket, what } of this.#acts) {
      const waitMs = began + at - performance.now();
      if (waitMs > 0) await pass(waitMs);
      if (what === 'opened') {
        const opened = connect(port, '127.0.0.1');
        opened.on('error', () => {});
        opened.resume();
        sockets.set(socket, opened);
      } else if (what === 'closed') sockets.get(socket)?.destroy();
      else sockets.get(socket)?.write(Buffer.alloc(what));
    }
    for (const socket of sockets.values()) socket.destroy();
  }
}

function bytesOf(chunk: Buffer | string, encoding: BufferEncoding): number {
  return typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length;
}
