import { type Connection, mongo } from 'mongoose';
import { UnavailableError } from '../../domain/errors.ts';

/** The collection of the one document that is written again and again. */
const COLLECTION = 'probe';
const DOCUMENT = { _id: 'write' };
/** How long a write may take, the majority's acknowledgement included, in milliseconds. */
const TIMEOUT_MS = 2500;

/**
 * Finds out whether a MongoDB takes writes, and if not, says why: a server that answers may not be the primary, or its
 * disk may be full.
 */
export class WriteProbe {
  readonly #connection: Connection;
  #topology: mongo.TopologyDescription | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.getClient().on('topologyDescriptionChanged', ({ newDescription }) => {
      this.#topology = newDescription;
    });
  }

  /** Resolves once a write is acknowledged by a majority. @throws UnavailableError with the reason in words */
  async look(): Promise<void> {
    // The driver would wait for a primary even if it is known to be away.
    const away = this.#whatIsAway();
    if (away !== null) throw new UnavailableError(away);
    try {
      await this.#connection
        .getClient()
        .db(this.#connection.name)
        .collection<{ _id: string; writes: number }>(COLLECTION)
        .updateOne(DOCUMENT, { $inc: { writes: 1 } }, { upsert: true, timeoutMS: TIMEOUT_MS });
    } catch (error) {
      // Two servers may insert the document at once. Then the write of the other one has succeeded.
      if (error instanceof mongo.MongoServerError && error.code === 11_000) return;
      throw new UnavailableError(this.#whatIsAway() ?? reasonOf(error), { cause: error });
    }
  }

  #whatIsAway(): string | null {
    if (this.#topology === null) return null;
    const servers = [...this.#topology.servers.values()];
    if (servers.some(({ isWritable }) => isWritable)) return null;
    return servers.some(({ isReadable }) => isReadable)
      ? 'it takes no writes: the replica set has no primary'
      : NO_ANSWER;
  }
}

const NO_ANSWER = 'no server of it answers';

function reasonOf(error: unknown): string {
  if (error instanceof mongo.MongoOperationTimeoutError) {
    return 'a write was not acknowledged by a majority in time';
  }
  if (error instanceof mongo.MongoServerError) {
    if (error.codeName === 'Unauthorized') return 'its user may not write';
    if (error.codeName === 'OutOfDiskSpace') return 'its disk is full';
    return `it refuses writes: ${error.codeName ?? error.message}`;
  }
  // The driver's messages about sockets do not help the operator.
  return NO_ANSWER;
}
