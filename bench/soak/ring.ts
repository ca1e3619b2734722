import type { RingDevice } from '../generator/rings.ts';

/** How long one step of a ring may take, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Two people, one of whom rings the other. */
export class Line {
  readonly #caller: RingDevice;
  readonly #callee: RingDevice;
  #heard = 0;
  #rangAt = 0;
  #ringsAfter = 0;
  #over: (failure: Error | null) => void = () => {};

  constructor(caller: RingDevice, callee: RingDevice) {
    this.#caller = caller;
    this.#callee = callee;
    const failed = (why: string) => this.#over(new Error(`ringing: ${why}`));
    const common = {
      answered: (callId: string) => this.#both(() => caller.hangUp(callId)),
      ended: () => this.#both(() => this.#over(null)),
      failed,
    };
    caller.hooks = { ...common, ringing: () => failed('the caller was rung') };
    callee.hooks = {
      ...common,
      ringing: (callId) => {
        this.#ringsAfter = performance.now() - this.#rangAt;
        callee.accept(callId);
      },
    };
  }

  async open(): Promise<void> {
    await Promise.all([this.#caller.open(), this.#callee.open()]);
  }

  /** Rings, answers and hangs up; resolves to how long it took until the other device rang, in milliseconds. */
  async call(): Promise<number> {
    this.#heard = 0;
    this.#rangAt = performance.now();
    const over = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => this.#over(new Error('ringing took too long')), PATIENCE_MS);
      this.#over = (failure) => {
        clearTimeout(timer);
        if (failure === null) resolve();
        else reject(failure);
      };
    });
    this.#caller.ring(this.#callee.userId);
    await over;
    return this.#ringsAfter;
  }

  close(): void {
    this.#over = () => {};
    for (const device of [this.#caller, this.#callee]) device.close();
  }

  /** Goes on when both sides have heard it. */
  #both(goOn: () => void): void {
    this.#heard += 1;
    if (this.#heard < 2) return;
    this.#heard = 0;
    goOn();
  }
}
