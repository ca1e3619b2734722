import type { Clock } from '../clock.ts';
import { RareLines } from '../rare-lines.ts';
import type { WebhookLog } from './webhooks.ts';

/** Why a message was not kept: its room or user had too many, too many wait for a receiver, or the store is away for too long. */
export type DropReason = 'pace' | 'backlog' | 'memory';

const WORDS: Readonly<Record<DropReason, string>> = {
  pace: 'A room or a user makes too many webhooks: some are left out',
  backlog: 'Too many webhooks wait for a receiver: some are lost',
  memory: 'Too many webhooks wait to be stored: some are lost',
};

/** Reports dropped messages: each one to the metrics, and each reason to the log at most once a minute. */
export class Dropped {
  readonly #log: WebhookLog;
  readonly #onDropped: ((reason: DropReason) => void) | null;
  readonly #lines: RareLines;

  constructor(parts: {
    clock: Clock;
    log: WebhookLog;
    onDropped: ((reason: DropReason) => void) | null;
  }) {
    this.#lines = new RareLines(parts.clock);
    this.#log = parts.log;
    this.#onDropped = parts.onDropped;
  }

  add(reason: DropReason, roomId: string): void {
    this.#onDropped?.(reason);
    this.#lines.say(reason, (count) => this.#log.error({ roomId, count }, WORDS[reason]));
  }
}
