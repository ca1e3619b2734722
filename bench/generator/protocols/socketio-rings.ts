import { noHooks, type RingDevice } from '../rings.ts';
import { type Endpoint, Wire, type WireListener } from '../wire.ts';

/** A device of the handler of calls that people write by hand, with acknowledgements. Frames: see socketio.ts. */
export class SocketIoDevice implements RingDevice, WireListener {
  hooks = noHooks;
  readonly userId: string;
  readonly #endpoint: Endpoint;
  #wire: Wire | null = null;
  #asked = 0;
  #connected = () => {};
  #online: (() => void) | null = null;

  constructor(endpoint: Endpoint, user: number) {
    this.#endpoint = endpoint;
    this.userId = `user-${user}`;
  }

  async open(): Promise<void> {
    const connected = new Promise<void>((resolve) => {
      this.#connected = resolve;
    });
    this.#wire = new Wire(this.#endpoint, this);
    await this.#wire.opened;
    await connected;
    const online = new Promise<void>((resolve) => {
      this.#online = resolve;
    });
    this.#emit('online', { user: this.userId });
    await online;
  }

  ring(userId: string): void {
    this.#emit('ring', { to: userId });
  }

  accept(callId: string): void {
    this.#emit('accept', { callId });
  }

  decline(callId: string): void {
    this.#emit('decline', { callId });
  }

  hangUp(callId: string): void {
    this.#emit('hangup', { callId });
  }

  close(): void {
    this.#wire?.close();
  }

  closed(why: string): void {
    this.hooks.failed(why);
  }

  frame(text: string): void {
    if (text === '2') this.#wire?.send('3');
    else if (text.startsWith('0{')) this.#wire?.send('40');
    else if (text.startsWith('40')) this.#connected();
    else if (text.startsWith('43')) this.#acknowledged(text);
    else if (text.startsWith('42')) this.#event(JSON.parse(text.slice(2)));
    else this.hooks.failed(`unexpected ${text.slice(0, 200)}`);
  }

  #acknowledged(text: string): void {
    if (!text.includes('"ok":true')) this.hooks.failed(text);
    this.#online?.();
    this.#online = null;
  }

  #event([name, { call }]: [string, { call: { id: string } }]): void {
    if (name === 'ringing') this.hooks.ringing(call.id);
    else if (name === 'answered') this.hooks.answered(call.id);
    else if (name === 'ended') this.hooks.ended(call.id);
    else this.hooks.failed(`unexpected ${name}`);
  }

  #emit(name: string, message: object): void {
    this.#wire?.send(`42${this.#asked++}${JSON.stringify([name, message])}`);
  }
}
