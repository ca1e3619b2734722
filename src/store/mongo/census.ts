import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { StoreContext } from '../store.ts';

const COLLECTION = 'servers';
/** How often a server says that it is there, in milliseconds. */
const BEAT_MS = 5000;
/** Who has said nothing for this long is gone, in milliseconds. */
const GONE_MS = 20_000;
/** How often the others are told of, in beats: every minute. */
const TELL_EVERY = 12;

interface Entry {
  readonly _id: string;
  readonly at: Date;
}

/**
 * Servers without Redis that use one MongoDB know nothing of each other's rooms: people of one room would not meet. That
 * may be meant for a moment, while one takes over from another; so it is told, and each minute again.
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

  /** From now on this server is counted. */
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
        this.#context.log.warn({ err: error }, 'This server is counted for some seconds more'),
      );
  }

  get #entries() {
    return this.#connection.getClient().db(this.#connection.name).collection<Entry>(COLLECTION);
  }

  async #beat(): Promise<void> {
    try {
      // By the clock of the database alone: those of the servers may differ.
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
          'Another server without REDIS_URL uses this MongoDB: people of one room do not meet. Stop it, or set REDIS_URL for all of them',
        );
      }
      // The first is told as soon as it is seen.
      this.#beats = others > 0 ? this.#beats + 1 : 0;
    } catch (error) {
      // Whether the database works is told elsewhere.
      if (this.#beats === 0) return;
      this.#context.log.info({ err: error }, 'The servers of this MongoDB could not be counted');
    }
  }
}
