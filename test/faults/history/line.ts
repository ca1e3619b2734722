import { WebSocket } from 'ws';

/** A socket was lost under what was asked: nobody knows whether it was done. */
export class LineLost extends Error {}

/** What a subscription hears. */
export interface Hearer {
  event(event: Record<string, unknown>): void;
  /** The server has ended it, or refused it with errors. */
  ended(errors: unknown): void;
}

interface Asked {
  resolve(data: Record<string, { __typename: string; [field: string]: unknown }>): void;
  reject(error: Error): void;
}

const OPEN_MS = 8000;
/** A client takes a socket without an answer for lost. */
const ANSWER_MS = 8000;

/** One WebSocket of a client that does as it likes, speaking graphql-transport-ws. */
export class Line {
  /** Its port, which no other one has at the same time. */
  id = 0;
  readonly #ws: WebSocket;
  readonly #asked = new Map<string, Asked>();
  readonly #hearers = new Map<string, Hearer>();
  #ids = 0;
  #onLost: (code: number) => void = () => {};
  lost = false;

  private constructor(ws: WebSocket) {
    this.#ws = ws;
  }

  /** Resolves once the server has acknowledged it. */
  static async open(url: string, token: string): Promise<Line> {
    const ws = new WebSocket(url, 'graphql-transport-ws');
    const line = new Line(ws);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        ws.terminate();
        reject(new LineLost('It does not open.'));
      }, OPEN_MS);
      ws.on('open', () => ws.send(JSON.stringify({ type: 'connection_init', payload: { token } })));
      ws.on('error', () => {});
      ws.on('close', (code) => {
        clearTimeout(timer);
        reject(new LineLost(`closed with ${code}`));
        line.#gone(code);
      });
      ws.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.type !== 'connection_ack') {
          line.#take(message);
          return;
        }
        clearTimeout(timer);
        const { _socket: socket } = ws as unknown as { _socket?: { localPort?: number } };
        line.id = socket?.localPort ?? 0;
        resolve();
      });
    });
    return line;
  }

  /** Calls `listener` with the close code, once it is gone. */
  onLost(listener: (code: number) => void): void {
    this.#onLost = listener;
    if (this.lost) listener(1006);
  }

  /** Answers its id, by which it is taken back. */
  subscribe(query: string, variables: object, hearer: Hearer): string {
    const id = this.#begin(query, variables);
    this.#hearers.set(id, hearer);
    return id;
  }

  unsubscribe(id: string): void {
    this.#hearers.delete(id);
    this.#send({ id, type: 'complete' });
  }

  /** @throws LineLost */
  run(
    query: string,
    variables: object,
  ): Promise<Record<string, { __typename: string; [field: string]: unknown }>> {
    if (this.lost) return Promise.reject(new LineLost('It is lost.'));
    return new Promise((resolve, reject) => {
      const id = this.#begin(query, variables);
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        reject(new LineLost('no answer'));
        this.cut();
      }, ANSWER_MS);
      this.#asked.set(id, {
        resolve: (data) => {
          clearTimeout(timer);
          resolve(data);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  /** Breaks it without a word. */
  cut(): void {
    this.#ws.terminate();
  }

  /** Closes it as a tab does. */
  close(): void {
    this.#ws.close(1000);
  }

  #begin(query: string, variables: object): string {
    this.#ids += 1;
    const id = String(this.#ids);
    this.#send({ id, type: 'subscribe', payload: { query, variables } });
    return id;
  }

  #send(message: object): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(JSON.stringify(message));
  }

  #take({ id = '', type, payload }: { id?: string; type: string; payload?: unknown }): void {
    if (type === 'ping') {
      this.#send({ type: 'pong' });
      return;
    }
    const asked = this.#asked.get(id);
    const hearer = this.#hearers.get(id);
    if (type === 'complete') {
      this.#hearers.delete(id);
      hearer?.ended(null);
      return;
    }
    const { data, errors } = (type === 'next' ? payload : { errors: payload }) as {
      data?: Record<string, never> | null;
      errors?: { extensions?: { code?: string } }[];
    };
    this.#asked.delete(id);
    if (errors === undefined && data) {
      if (asked !== undefined) asked.resolve(data);
      else hearer?.event(data.roomEvents ?? {});
    } else if (asked !== undefined) {
      const unavailable = errors?.some(({ extensions }) => extensions?.code === 'UNAVAILABLE');
      const ErrorClass = unavailable === true ? LineLost : Error;
      asked.reject(new ErrorClass(JSON.stringify(errors)));
    } else {
      this.#hearers.delete(id);
      hearer?.ended(errors);
    }
  }

  #gone(code: number): void {
    this.lost = true;
    for (const { reject } of this.#asked.values()) reject(new LineLost(`closed with ${code}`));
    this.#asked.clear();
    this.#onLost(code);
  }
}
