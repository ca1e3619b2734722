import type { StoreLog } from '../store.ts';
import { connect, describeConnection } from './connection.ts';

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
    const askedAt = Date.now();
    const hello = await connection.getClient().db().command({ hello: 1 });
    const answeredAt = Date.now();
    if (hello.isWritablePrimary !== true) {
      throw new Error('The MongoDB that answers takes no writes: it is not a primary.');
    }
    const localTime: unknown = hello.localTime;
    const at = localTime instanceof Date ? localTime.getTime() : answeredAt;
    return {
      description: describeConnection(connection),
      aheadMs: at - (askedAt + answeredAt) / 2,
      precisionMs: (answeredAt - askedAt) / 2,
    };
  } finally {
    connection.removeAllListeners('disconnected');
    await connection.destroy();
  }
}
