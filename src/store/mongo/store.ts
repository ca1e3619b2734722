import type { Store, StoreContext } from '../store.ts';
import { mongoAccounts } from './accounts.ts';
import { attemptWith } from './attempt.ts';
import { Census } from './census.ts';
import { connect, describeConnection } from './connection.ts';
import { greet } from './greeting.ts';
import { mongoOneTimeTokens } from './one-time-tokens.ts';
import { mongoOutsideTokens } from './outside-tokens.ts';
import { mongoRooms } from './rooms.ts';
import { mongoSessions } from './sessions.ts';
import { mongoWebhooks } from './webhooks.ts';
import { WriteProbe } from './write-probe.ts';

/**
 * The store of several servers: a MongoDB, whose indexes exist when this resolves. Rejects with an Error of one
 * sentence, free of credentials, if it does not answer. If it goes away later, calls reject with `UnavailableError`
 * within ten seconds, and succeed again once it is back.
 *
 * @param alone whether the server runs without a cluster: it then warns each minute while another such server uses the
 * MongoDB
 */
export async function openMongoStore(
  uri: string,
  context: StoreContext,
  { alone }: { readonly alone: boolean } = { alone: false },
): Promise<Store> {
  const { clock, log } = context;
  const connection = await connect(uri, log);
  const attempt = attemptWith(context);
  try {
    const [accounts, sessions, oneTimeTokens, outsideTokens, rooms, webhooks] = await Promise.all([
      mongoAccounts(connection, attempt),
      mongoSessions(connection, attempt, clock),
      mongoOneTimeTokens(connection, attempt, clock),
      mongoOutsideTokens(connection, attempt, clock),
      mongoRooms(connection, attempt, clock),
      mongoWebhooks(connection, attempt),
    ]);
    const probe = new WriteProbe(connection);
    const census = alone ? await Census.begin(connection, context) : null;
    return {
      accounts,
      sessions,
      oneTimeTokens,
      outsideTokens,
      rooms,
      webhooks,
      description: describeConnection(connection),
      clockAheadMs: () => attempt(async () => (await greet(connection, clock)).aheadMs),
      ping: () => probe.look(),
      async close() {
        await census?.end();
        // This disconnection is intended, so it is not logged.
        connection.removeAllListeners('disconnected');
        await connection.destroy();
      },
    };
  } catch (error) {
    await connection.destroy().catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot prepare the collections of MongoDB: ${reason}`, { cause: error });
  }
}
