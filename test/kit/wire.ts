import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { Changes } from './waiting.ts';

/** A message of the protocol, as parsed JSON. */
export interface Frame {
  readonly type: string;
  readonly id?: string;
  // Payloads differ by type; tests check them.
  readonly payload?: unknown;
}

const WAIT_MS = 10_000;

/** The graphql-transport-ws protocol by hand, to send what no client would send. */
export class Wire {
  readonly frames: Frame[] = [];
  readonly ws: WebSocket;
  close: { code: number; reason: string } | null = null;
  readonly #changes = new Changes();

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.#changes.tell();
    });
    ws.on('close', (code, reason) => {
      this.close = { code, reason: reason.toString() };
      this.#changes.tell();
    });
    ws.on('error', () => {});
  }

  /** Opens a socket without sending anything. */
  static async open(
    url: string,
    options: ClientOptions = {},
    protocols = ['graphql-transport-ws'],
  ): Promise<Wire> {
    const wire = new Wire(new WebSocket(url, protocols, options));
    await once(wire.ws, 'open');
    return wire;
  }

  /** Opens a socket and initialises it; resolves once it is acknowledged or closed. */
  static async ready(url: string, token?: string, options?: ClientOptions): Promise<Wire> {
    const wire = await Wire.open(url, options);
    wire.send({ type: 'connection_init', ...(token !== undefined && { payload: { token } }) });
    await wire.until(() => wire.frames.length > 0 || wire.close !== null, 'an acknowledgement');
    return wire;
  }

  send(message: Frame | string | Buffer): void {
    const raw = typeof message === 'string' || Buffer.isBuffer(message);
    this.ws.send(raw ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: Record<string, unknown>): void {
    this.send({ type: 'subscribe', id, payload: { query, ...(variables && { variables }) } });
  }

  /** Runs a query or mutation; resolves to its `next` or `error`. */
  async run(id: string, query: string, variables?: Record<string, unknown>): Promise<Frame> {
    this.subscribe(id, query, variables);
    return this.next((frame) => frame.id === id && frame.type !== 'complete');
  }

  /** The first message that matches, past or future. */
  async next(matches: (frame: Frame) => boolean): Promise<Frame> {
    await this.until(() => this.frames.some(matches) || this.close !== null, 'a message');
    const frame = this.frames.find(matches);
    if (frame === undefined) throw new Error(`Closed instead: ${JSON.stringify(this.close)}`);
    return frame;
  }

  /** Waits until the socket closes; resolves to its code. */
  async closed(): Promise<number> {
    await this.until(() => this.close !== null, 'a close');
    return this.close?.code ?? 0;
  }

  end(): void {
    this.ws.terminate();
  }

  until(condition: () => boolean, what: string): Promise<void> {
    return this.#changes.until(
      condition,
      () => `${what}; got ${JSON.stringify(this.frames)}`,
      WAIT_MS,
    );
  }
}

/** The HTTP status of a refused upgrade. */
export async function refusedUpgrade(url: string, options: ClientOptions): Promise<number> {
  const ws = new WebSocket(url, 'graphql-transport-ws', options);
  ws.on('error', () => {});
  const accepted = once(ws, 'open').then(() => null);
  const answer = await Promise.race([once(ws, 'unexpected-response'), accepted]);
  ws.terminate();
  if (answer === null) throw new Error('The server accepted the socket.');
  return answer[1].statusCode;
}
