import { UnavailableError } from '../../domain/errors.ts';
import type { Aggregate, Kind } from '../../domain/log.ts';
import type { Retries } from '../../redis/retries.ts';
import type { Decisions, Outcome, Request } from './decisions.ts';
import type { Lines } from './lines.ts';

/** Makes decisions. Those on one aggregate are made one after the other. */
export class Asking<K extends Kind> {
  readonly #aggregate: Aggregate<K>;
  readonly #lines: Lines;
  readonly #decisions: Decisions<K>;
  readonly #retries: Retries;

  constructor(parts: {
    aggregate: Aggregate<K>;
    lines: Lines;
    decisions: Decisions<K>;
    retries: Retries;
  }) {
    this.#aggregate = parts.aggregate;
    this.#lines = parts.lines;
    this.#decisions = parts.decisions;
    this.#retries = parts.retries;
  }

  /** @throws what the decision throws, UnavailableError */
  async ask<Reply>(request: Request<K, Reply>): Promise<Outcome<K, Reply>> {
    const { key } = request;
    try {
      return await this.#lines.add(key, () => this.#decisions.make(request));
    } catch (error) {
      if (error instanceof UnavailableError) this.#giveUp(request);
      throw error;
    }
  }

  /** Repeats until Redis has stored it. @throws what the decision throws */
  owe<Reply>(request: Request<K, Reply>): Promise<Outcome<K, Reply>> {
    const { key } = request;
    return this.#retries.untilDone(() => this.#lines.add(key, () => this.#decisions.make(request)));
  }

  /** As {@link Asking.owe}, but nobody waits for it. */
  undo(request: Request<K, unknown>): void {
    this.owe(request).catch(ignore);
  }

  /**
   * The caller is told that the request failed, although it may be stored. If the caller wanted to follow, this lets go
   * of a follower that was stored. Otherwise it finds out whether the attempts were stored.
   */
  #giveUp(request: Request<K, unknown>): void {
    const { key, following } = request;
    const attempts = this.#decisions.doubtful(request);
    if (attempts.length === 0) return;
    for (const { plan } of following === undefined ? [] : attempts) {
      if (plan.followed === null) continue;
      const { id, fence } = plan.followed;
      this.undo({ key, decide: this.#aggregate.letGo(id, fence), always: true });
    }
    if (following === undefined) {
      const clear = () => this.#lines.add(key, () => this.#decisions.clear(key));
      this.#retries.untilDone(clear).catch(ignore);
    }
  }
}

const ignore = () => {};
