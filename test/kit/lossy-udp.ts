import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seededRandom } from './random.ts';

export interface LossyUdpOptions {
  /** Where it listens. */
  readonly host: string;
  /** Where everything goes to, on this machine's loopback. */
  readonly toPort: number;
  /** The share of datagrams that get lost, each way, from 0 to 1. */
  readonly loss: number;
  /** How long each takes, one way, in milliseconds. */
  readonly delayMs: number;
  readonly seed: number;
}

/** A bad line: passes datagrams on, late, and not all of them. */
export class LossyUdp {
  /** Datagrams that were passed on, and that were lost, both ways. */
  passed = 0;
  lost = 0;
  readonly #options: LossyUdpOptions;
  readonly #draw: () => number;
  readonly #front: Socket;
  /** One for each client, so that answers find back. */
  readonly #backs = new Map<string, Socket>();
  #closed = false;

  private constructor(front: Socket, options: LossyUdpOptions) {
    this.#front = front;
    this.#options = options;
    this.#draw = seededRandom(options.seed);
    front.on('message', (datagram, { address, port }) => {
      const back = this.#backOf(address, port);
      this.#carry(() => back.send(datagram, options.toPort, '127.0.0.1'));
    });
  }

  static async start(options: LossyUdpOptions): Promise<LossyUdp> {
    const front = createSocket('udp4');
    front.bind(0, options.host);
    await once(front, 'listening');
    return new LossyUdp(front, options);
  }

  get port(): number {
    return this.#front.address().port;
  }

  close(): void {
    this.#closed = true;
    this.#front.close();
    for (const back of this.#backs.values()) back.close();
  }

  #backOf(address: string, port: number): Socket {
    const key = `${address}:${port}`;
    let back = this.#backs.get(key);
    if (back === undefined) {
      back = createSocket('udp4');
      back.on('message', (datagram) =>
        this.#carry(() => this.#front.send(datagram, port, address)),
      );
      this.#backs.set(key, back);
    }
    return back;
  }

  #carry(send: () => void): void {
    if (this.#draw() < this.#options.loss) {
      this.lost += 1;
      return;
    }
    this.passed += 1;
    setTimeout(() => {
      if (!this.#closed) send();
    }, this.#options.delayMs);
  }
}
