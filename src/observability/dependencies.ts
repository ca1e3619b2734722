import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { messageOf, NotWorkingError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';

/** How often everything is checked, in milliseconds. With the patience below, a failure is noticed within 6 seconds. */
const INTERVAL_MS = 3000;
/** How long an answer is waited for, in milliseconds. */
const TIMEOUT_MS = 3000;
/** How long an answer is used again, in milliseconds, so that frequent requests do not make work. */
const FRESH_MS = 250;
/** A pause of the whole process of at least this long is logged, in milliseconds. */
const STANDSTILL_MS = 1000;

/** An external service that this program needs. */
export interface Dependency {
  /** A word for logs and metrics: `store`. */
  readonly name: string;
  /** Whether this server cannot work without it. */
  readonly required: boolean;
  /** Resolves if it works; rejects if it does not. */
  probe(): Promise<void>;
}

export interface DependencyState {
  readonly name: string;
  readonly required: boolean;
  readonly up: boolean;
  /** What is wrong, in words without secrets; null if it works. */
  readonly reason: string | null;
  /** How long the last answer took, in milliseconds. */
  readonly ms: number;
}

/** Watches what this server depends on: logs when something fails or works again, and knows the state of each. */
export class Dependencies {
  readonly #all: readonly Dependency[];
  readonly #log: Logger;
  readonly #states = new Map<string, DependencyState>();
  #loop: IntervalHistogram | null = null;
  #timer: NodeJS.Timeout | null = null;
  #checking: Promise<readonly DependencyState[]> | null = null;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(all: readonly Dependency[], log: Logger) {
    this.#all = all;
    this.#log = log;
    for (const { name, required } of all) {
      this.#states.set(name, { name, required, up: true, reason: null, ms: 0 });
    }
  }

  /** Begins to watch them. */
  start(): void {
    this.#loop = monitorEventLoopDelay({ resolution: 20 });
    this.#loop.enable();
    this.#timer = setInterval(() => {
      this.#tellOfStandstill();
      void this.check();
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#loop?.disable();
  }

  /** The states at the last check. */
  get states(): readonly DependencyState[] {
    return [...this.#states.values()];
  }

  /** Checks all of them, within three seconds. It never rejects. */
  check(): Promise<readonly DependencyState[]> {
    if (performance.now() - this.#checkedAt < FRESH_MS) return Promise.resolve(this.states);
    this.#checking ??= Promise.all(this.#all.map((one) => this.#look(one))).then(() => {
      this.#checking = null;
      this.#checkedAt = performance.now();
      return this.states;
    });
    return this.#checking;
  }

  async #look({ name, required, probe }: Dependency): Promise<void> {
    const began = performance.now();
    const failure = await failureOf(probe);
    const ms = Math.round(performance.now() - began);
    const before = this.#states.get(name);
    const wasUp = before?.up === true;
    const up = failure === null;
    const reason = failure?.text ?? null;
    this.#states.set(name, { name, required, up, reason, ms });
    if (up && !wasUp) this.#log.info({ dependency: name }, `The ${name} works again`);
    if (!up && (wasUp || before?.reason !== reason)) {
      this.#log.warn({ dependency: name, reason }, `The ${name} does not answer`);
    }
  }

  #tellOfStandstill(): void {
    if (this.#loop === null) return;
    const ms = Math.round(this.#loop.max / 1e6);
    this.#loop.reset();
    if (ms >= STANDSTILL_MS) this.#log.warn({ ms }, 'The process stood still');
  }
}

interface Failure {
  readonly text: string;
  /** Whether the text may be shown to anybody. */
  readonly isPublic: boolean;
}

/** What is wrong; null if nothing is. */
async function failureOf(probe: () => Promise<void>): Promise<Failure | null> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<Failure>((resolve) => {
    const text = `no answer within ${TIMEOUT_MS} ms`;
    timer = setTimeout(() => resolve({ text, isPublic: false }), TIMEOUT_MS);
  });
  const answer = probe().then(
    () => null,
    (error: unknown) => ({
      text: messageOf(error),
      isPublic: error instanceof NotWorkingError,
    }),
  );
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
