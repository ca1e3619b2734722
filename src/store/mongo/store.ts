import { SKEWED_MS } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Store, StoreContext } from '../store.ts';
import { mongoAccounts } from './accounts.ts';
import { attemptWith } from './attempt.ts';
import { mongoCalls } from './calls.ts';
import { Census } from './census.ts';
import { connect, describeConnection } from './connection.ts';
import { mongoContacts } from './contacts.ts';
import { greet } from './greeting.ts';
import { mongoOneTimeTokens } from './one-time-tokens.ts';
import { mongoOutsideTokens } from './outside-tokens.ts';
import { mongoPushSubscriptions } from './push-subscriptions.ts';
import { mongoReach } from './reach.ts';
import { mongoRooms } from './rooms.ts';
import { mongoServerKeys } from './server-keys.ts';
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
    const stores = {
      accounts: mongoAccounts(connection, attempt),
      sessions: mongoSessions(connection, attempt, clock),
      oneTimeTokens: mongoOneTimeTokens(connection, attempt, clock),
      outsideTokens: mongoOutsideTokens(connection, attempt, clock),
      rooms: mongoRooms(connection, attempt, clock),
      webhooks: mongoWebhooks(connection, attempt),
      contacts: mongoContacts(connection, attempt),
      calls: mongoCalls(connection, attempt),
      pushSubscriptions: mongoPushSubscriptions(connection, attempt, clock),
    };
    await Promise.all(Object.values(stores));
    const probe = new WriteProbe(connection);
    const census = alone ? await Census.begin(connection, context) : null;
    return {
      accounts: await stores.accounts,
      sessions: await stores.sessions,
      oneTimeTokens: await stores.oneTimeTokens,
      outsideTokens: await stores.outsideTokens,
      rooms: await stores.rooms,
      webhooks: await stores.webhooks,
      contacts: await stores.contacts,
      reach: mongoReach(connection, attempt),
      calls: await stores.calls,
      pushSubscriptions: await stores.pushSubscriptions,
      serverKeys: mongoServerKeys(connection, attempt),
      description: describeConnection(connection),
      clockDoubt: () =>
        attempt(async () => {
          const { aheadMs } = await greet(connection, clock);
          return Math.abs(aheadMs) > SKEWED_MS
            ? 'The clocks of this machine and of the database differ'
            : null;
        }),
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
    const reason = messageOf(error);
    throw new Error(`Cannot prepare the collections of MongoDB: ${reason}`, { cause: error });
  }
}
