import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { StoreContext } from '../store.ts';

const COLLECTION = 'servers';
/** How often a server reports that it is running, in milliseconds. */
const BEAT_MS = 5000;
/** A server that has not reported for this long counts as gone, in milliseconds. */
const GONE_MS = 20_000;
/** How often a warning about other servers is logged, in beats: every minute. */
const TELL_EVERY = 12;

interface Entry {
  readonly _id: string;
  readonly at: Date;
}

/**
 * Servers without Redis that share one MongoDB do not know each other's rooms, so people of one room would not meet.
 * For a moment this may be intended, while one server takes over from another. So it is only logged, and again each
 * minute.
 */
export class Census {
  readonly #id = randomUUID();
  readonly #connection: Connection;
  readonly #context: StoreContext;
  readonly #timer: NodeJS.Timeout;
  #beats = 0;
  #beating: Promise<void> | null = null;

  private constructor(connection: Connection, context: StoreContext) {
    this.#connection = connection;
    this.#context = context;
    this.#timer = setInterval(() => {
      this.#beating ??= this.#beat().finally(() => {
        this.#beating = null;
      });
    }, BEAT_MS);
    this.#timer.unref();
  }

  /** Begins to count this server. */
  static async begin(connection: Connection, context: StoreContext): Promise<Census> {
    const census = new Census(connection, context);
    await census.#beat();
    return census;
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#entries
      .deleteOne({ _id: this.#id })
      .catch((error: unknown) =>
        this.#context.log.warn({ err: error }, 'This server is still counted for some seconds'),
      );
  }

  get #entries() {
    return this.#connection.getClient().db(this.#connection.name).collection<Entry>(COLLECTION);
  }

  async #beat(): Promise<void> {
    try {
      // Only the clock of the database counts: those of the servers may differ.
      await this.#entries.updateOne(
        { _id: this.#id },
        { $currentDate: { at: true } },
        { upsert: true },
      );
      const age = { $subtract: ['$$NOW', '$at'] };
      await this.#entries.deleteMany({ $expr: { $gt: [age, 10 * GONE_MS] } });
      const others = await this.#entries.countDocuments({
        _id: { $ne: this.#id },
        $expr: { $lt: [age, GONE_MS] },
      });
      if (others > 0 && this.#beats % TELL_EVERY === 0) {
        this.#context.log.warn(
          { others },
          'Another server without REDIS_URL uses this MongoDB: people of one room may not meet. Stop it, or set REDIS_URL for all servers',
        );
      }
      // The first warning comes as soon as another server is seen.
      this.#beats = others > 0 ? this.#beats + 1 : 0;
    } catch (error) {
      // Other parts report whether the database works.
      if (this.#beats === 0) return;
      this.#context.log.info({ err: error }, 'The servers of this MongoDB could not be counted');
    }
  }
}
