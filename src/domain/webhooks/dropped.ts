import type { Clock } from '../clock.ts';
import type { WebhookLog } from './webhooks.ts';

/** Why a message was not kept: its room or user had too many, too many wait for a receiver, or the store is away for too long. */
export type DropReason = 'pace' | 'backlog' | 'memory';

const WORDS: Readonly<Record<DropReason, string>> = {
  pace: 'A room or a user makes too many webhooks: some are left out',
  backlog: 'Too many webhooks wait for a receiver: some are lost',
  memory: 'Too many webhooks wait to be stored: some are lost',
};
/** How often one reason is logged at most, in milliseconds. */
const SAY_EVERY_MS = 60_000;

/** Reports dropped messages: each one to the metrics, and each reason to the log at most once a minute. */
export class Dropped {
  readonly #clock: Clock;
  readonly #log: WebhookLog;
  readonly #onDropped: ((reason: DropReason) => void) | null;
  readonly #counts: Record<DropReason, number> = { pace: 0, backlog: 0, memory: 0 };
  readonly #saidAt: Partial<Record<DropReason, number>> = {};

  constructor(parts: {
    clock: Clock;
    log: WebhookLog;
    onDropped: ((reason: DropReason) => void) | null;
  }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#onDropped = parts.onDropped;
  }

  add(reason: DropReason, roomId: string): void {
    this.#onDropped?.(reason);
    this.#counts[reason] += 1;
    const now = this.#clock.elapsed();
    const saidAt = this.#saidAt[reason];
    if (saidAt !== undefined && now - saidAt < SAY_EVERY_MS) return;
    this.#saidAt[reason] = now;
    this.#log.error({ roomId, count: this.#counts[reason] }, WORDS[reason]);
    this.#counts[reason] = 0;
  }
}
