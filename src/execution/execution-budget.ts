import { GraphQLError } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { CpuMeter } from './cpu-meter.ts';
import { TimeBudget } from './time-budget.ts';

/** What may be used at once, in milliseconds. */
const BURST_MS = 250;

type Who = Pick<Context, 'address' | 'caller'>;

/** Bounds the processor time that running operations may take, for each address and for each account. */
export class ExecutionBudget {
  readonly #meter = new CpuMeter();
  readonly #addresses: TimeBudget;
  readonly #accounts: TimeBudget;

  /** Milliseconds a second of one account, and of one address. */
  constructor(limits: { perAccountMs: number; perAddressMs: number }) {
    this.#addresses = new TimeBudget(limits.perAddressMs, BURST_MS);
    this.#accounts = new TimeBudget(limits.perAccountMs, BURST_MS);
  }

  /** The error of a call that is too much now; null for one that may run. */
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

  /** Milliseconds of the processor that what has run without a break since `began` took. */
  since(began: number): number {
    return this.#meter.since(began);
  }

  /** Counts what has run without a break since `began`. */
  spend({ address, caller }: Who, began: number): void {
    const ms = this.#meter.since(began);
    this.#addresses.spend(address, ms);
    if (caller !== null) this.#accounts.spend(caller.accountId, ms);
  }

  /** Counts what the call does as soon as it goes on, up to its next pause. */
  resumed(who: Who): void {
    const began = this.now();
    // Promises that are settled come first, so all that this one leads to without a pause has run by then.
    process.nextTick(() => this.spend(who, began));
  }
}

function tooMuchWork(): GraphQLError {
  return new GraphQLError('The operations of this address or account take too long; slow down.', {
    extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
  });
}
