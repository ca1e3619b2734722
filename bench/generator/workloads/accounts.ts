import { Samples } from '../../harness/statistics.ts';
import type { AccountCalls, Protocol } from '../participant.ts';
import { SignalRelay } from './signal-relay.ts';
import { type Budget, Faults, type Figures, inParallel, type Workload } from './workload.ts';

export interface AccountsOptions {
  call: 'register' | 'login';
  /** How many requests are under way at once. */
  lanes: number;
}

const knownAccounts = 8;
let registered = 0;

/** Registers or signs in, again and again. */
export class Accounts implements Workload {
  readonly #calls: AccountCalls;
  readonly #options: AccountsOptions;
  readonly #run = Date.now().toString(36);
  refused = 0;

  constructor(protocol: Protocol, options: AccountsOptions) {
    if (!protocol.accounts) throw new Error('this server has no accounts');
    this.#calls = protocol.accounts;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    if (this.#options.call === 'register') return;
    const accounts = Array.from({ length: knownAccounts }, (_, number) => number);
    await inParallel(accounts, 4, async (number) => {
      await this.#calls.register(this.#email(number));
    });
  }

  async run({ seconds }: Budget): Promise<Figures> {
    const faults = new Faults();
    const latency = new Samples();
    const start = performance.now();
    const end = start + seconds * 1000;
    this.refused = 0;
    let done = 0;
    const lane = async (number: number) => {
      while (performance.now() < end && faults.errors.length === 0) {
        const begun = performance.now();
        const answered = await this.#call(number);
        if (answered) {
          latency.add(performance.now() - begun);
          done++;
        } else {
          this.refused++;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const lanes = Array.from({ length: this.#options.lanes }, (_, number) => lane(number));
    await Promise.all(lanes).catch((error: Error) => faults.add(error.message));
    return {
      units: done,
      delivered: done,
      seconds: (performance.now() - start) / 1000,
      lost: 0,
      repeated: 0,
      reordered: 0,
      errors: faults.errors,
      latency: latency.percentiles(),
      slip: null,
      counts: { refused: this.refused },
    };
  }

  async close(): Promise<void> {}

  #call(lane: number): Promise<boolean> {
    if (this.#options.call === 'login') return this.#calls.login(this.#email(lane % knownAccounts));
    return this.#calls.register(`new-${this.#run}-${++registered}@bench.example`);
  }

  #email(number: number): string {
    return `known-${this.#run}-${number}@bench.example`;
  }
}

export interface CallsUnderLoginsOptions {
  pairs: number;
  perSecond: number;
  /** How many sign-ins are under way at once; 0 for only the calls. */
  lanes: number;
  seed: number;
}

/** Signals at a fixed rate while people sign in; the latency is the signals'. */
export class CallsUnderLogins implements Workload {
  readonly #relay: SignalRelay;
  readonly #logins: Accounts | null;

  constructor(protocol: Protocol, { pairs, perSecond, lanes, seed }: CallsUnderLoginsOptions) {
    this.#relay = new SignalRelay(protocol, { pairs, batch: 1, load: { perSecond }, seed });
    this.#logins = lanes > 0 ? new Accounts(protocol, { call: 'login', lanes }) : null;
  }

  async prepare(): Promise<void> {
    await this.#relay.prepare();
    await this.#logins?.prepare();
  }

  async run(budget: Budget): Promise<Figures> {
    const [calls, logins] = await Promise.all([this.#relay.run(budget), this.#logins?.run(budget)]);
    return {
      ...calls,
      errors: [...calls.errors, ...(logins?.errors ?? [])],
      counts: { logins: logins?.units ?? 0, refused: logins?.counts?.refused ?? 0 },
    };
  }

  close(): Promise<void> {
    return this.#relay.close();
  }
}
