import { GraphQLError } from 'graphql';
import type { Context } from '../graphql/context.ts';
import { CpuMeter } from './cpu-meter.ts';
import { TimeBudget } from './time-budget.ts';

/** How much may be used at once, in milliseconds. */
const BURST_MS = 250;
/** An address whose calls are refused, and which has still used so many times as much, is not listened to. */
const EXHAUSTED_TIMES = 2;
/** With so many milliseconds in a second nobody is refused. */
const UNLIMITED_MS = 1000;

type Who = Pick<Context, 'address' | 'caller'>;

/** Limits the processor time that operations may take, for each address and for each account. */
export class ExecutionBudget {
  readonly #meter = new CpuMeter();
  readonly #addresses: TimeBudget;
  readonly #accounts: TimeBudget;
  readonly #isLimited: boolean;
  /** Calls that continue at this moment. */
  #resumed: Who[] = [];

  /** @param limits milliseconds per second for one account, and for one address */
  constructor(limits: { perAccountMs: number; perAddressMs: number }) {
    this.#addresses = new TimeBudget(limits.perAddressMs, BURST_MS);
    this.#accounts = new TimeBudget(limits.perAccountMs, BURST_MS);
    this.#isLimited = limits.perAddressMs < UNLIMITED_MS;
  }

  /** The error of a call that may not run now; null for a call that may. */
  refusal({ address, caller }: Who): GraphQLError | null {
    const spent =
      this.#addresses.isSpent(address) ||
      (caller !== null && this.#accounts.isSpent(caller.accountId));
    return spent ? tooMuchWork() : null;
  }

  /** As {@link ExecutionBudget.refusal}, before it is known who calls and what. */
  refusalAt(address: string): GraphQLError | null {
    return this.#isLimited && this.#addresses.isSpent(address) ? tooMuchWork() : null;
  }

  /** Counts the time that something took which is no operation, in milliseconds: reading a request, or refusing one. */
  spendAt(address: string, ms: number): void {
    this.#addresses.spend(address, ms);
  }

  /** Whether what an address sends costs too much even where it is refused. */
  isExhausted(address: string): boolean {
    return this.#isLimited && this.#addresses.isSpent(address, EXHAUSTED_TIMES);
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
