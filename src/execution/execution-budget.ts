import { GraphQLError } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { CpuMeter } from './cpu-meter.ts';
import { TimeBudget } from './time-budget.ts';

/** How much may be used at once, in milliseconds. */
const BURST_MS = 250;

type Who = Pick<Context, 'address' | 'caller'>;

/** Limits the processor time that operations may take, for each address and for each account. */
export class ExecutionBudget {
  readonly #meter = new CpuMeter();
  readonly #addresses: TimeBudget;
  readonly #accounts: TimeBudget;
  /** Calls that continue at this moment. */
  #resumed: Who[] = [];

  /** @param limits milliseconds per second for one account, and for one address */
  constructor(limits: { perAccountMs: number; perAddressMs: number }) {
    this.#addresses = new TimeBudget(limits.perAddressMs, BURST_MS);
    this.#accounts = new TimeBudget(limits.perAccountMs, BURST_MS);
  }

  /** The error of a call that may not run now; null for a call that may. */
  refusal({ address, caller }: Who): GraphQLError | null {
    const spent =
      this.#addresses.isSpent(address) ||
      (caller !== null && this.#accounts.isSpent(caller.accountId));
    return spent ? tooMuchWork() : null;
  }

  /** The moment from which {@link ExecutionBudget.spend} counts. */
  now(): number {
    return this.#meter.now();
  }

  /** The milliseconds of processor time that were used without a pause since `began`. */
  since(began: number): number {
    return this.#meter.since(began);
  }

  /** Counts the time that was used without a pause since `began`. */
  spend(who: Who, began: number): void {
    const now = performance.now();
    this.#charge(who, this.#meter.between(began, now), now);
  }

  /**
   * Counts what the call does when it continues, up to its next pause. Calls that continue together, because one packet
   * had all their answers, share the time equally: each moment counts once.
   */
  resumed(who: Who): void {
    this.#resumed.push(who);
    if (this.#resumed.length > 1) return;
    const began = this.now();
    // The callbacks of settled promises run before this tick, so everything that the calls do without a pause has run
    // by then.
    process.nextTick(() => {
      const now = performance.now();
      const all = this.#resumed;
      this.#resumed = [];
      const ms = this.#meter.between(began, now) / all.length;
      for (const one of all) this.#charge(one, ms, now);
    });
  }

  #charge({ address, caller }: Who, ms: number, now: number): void {
    this.#addresses.spend(address, ms, now);
    if (caller !== null) this.#accounts.spend(caller.accountId, ms, now);
  }
}

function tooMuchWork(): GraphQLError {
  return new GraphQLError('The operations of this address or account take too long; slow down.', {
    extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
  });
}
