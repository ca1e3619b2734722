import { systemClock } from '../../domain/clock.ts';
import type { StoreLog } from '../store.ts';
import { connect, describeConnection } from './connection.ts';
import { greet } from './greeting.ts';

/** What can be found out about a MongoDB without changing anything. */
export interface MongoInspection {
  readonly description: string;
  /** How far its clock is ahead of this machine's, in milliseconds, to within {@link MongoInspection.precisionMs}. */
  readonly aheadMs: number;
  readonly precisionMs: number;
}

/**
 * Connects to a MongoDB and asks whether it takes writes. Changes nothing.
 *
 * @throws Error of one sentence, free of credentials
 */
export async function inspectMongo(uri: string, log: StoreLog): Promise<MongoInspection> {
  const connection = await connect(uri, log);
  try {
    const { takesWrites, aheadMs, precisionMs } = await greet(connection, systemClock);
    if (!takesWrites) {
      throw new Error('The MongoDB that answers takes no writes: it is not a primary.');
    }
    return { description: describeConnection(connection), aheadMs, precisionMs };
  } finally {
    connection.removeAllListeners('disconnected');
    await connection.destroy();
  }
}
