import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seededRandom } from './random.ts';

export interface LossyUdpOptions {
  /** The address to listen on. */
  readonly host: string;
  /** The port on this machine's loopback interface that everything is sent to. */
  readonly toPort: number;
  /** The share of datagrams that are lost in each direction, from 0 to 1. */
  readonly loss: number;
  /** The delay in one direction, in milliseconds. */
  readonly delayMs: number;
  readonly seed: number;
}

/** A bad network: passes datagrams on late, and loses some. */
export class LossyUdp {
  /** Datagrams that were passed on and that were lost, in both directions. */
  passed = 0;
  lost = 0;
  readonly #options: LossyUdpOptions;
  readonly #draw: () => number;
  readonly #front: Socket;
  /** One socket for each client, so that answers find their way back. */
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
