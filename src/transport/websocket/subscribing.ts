import { GraphQLError } from 'graphql';
import { UnavailableError } from '../../domain/errors.ts';
import type { Operation } from '../../execution/operation.ts';
import type { Variables } from '../../execution/variables.ts';
import type { Context } from '../../graphql/context.ts';
import { MailboxSource } from '../../graphql/mailbox-source.ts';
import { sendErrors, sendOnly } from './answers.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';
import { EventStream } from './event-stream.ts';

/** A subscription that a client begins, with its prepared operation. */
export interface Subscribing {
  readonly id: string;
  readonly operation: Operation;
  readonly variables: Variables | null | undefined;
}

/**
 * Begins a subscription, unless its socket has as many as it may, or is about to close. It lasts until the client
 * completes it, its events end, or the socket closes.
 *
 * @param limit how many subscriptions one socket may have
 */
export async function beginSubscription(
  connection: Connection,
  subscribing: Subscribing,
  limit: number,
): Promise<void> {
  const { id, operation } = subscribing;
  if (connection.streams.length >= limit) {
    const extensions = { code: 'TOO_MANY_SUBSCRIPTIONS', limit };
    const message = `At most ${limit} subscriptions on one socket.`;
    sendErrors(connection, id, [new GraphQLError(message, { extensions })]);
    return;
  }
  const stream = new EventStream(connection, id, operation);
  connection.streams = connection.streams.concat(stream);
  try {
    const context = contextOf(connection, stream);
    const following = await operation.follow(context, subscribing.variables);
    if ('source' in following && following.source instanceof MailboxSource) {
      stream.start(following.source.mailbox, following.variables);
    } else if (stream.remove()) {
      // Only logs can be followed.
      sendOnly(connection, id, 'source' in following ? {} : following);
    }
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    // The socket is closed instead of an answer: clients resubscribe after a lost socket, but not after an error.
    connection.close(CloseCode.TryAgainLater, 'Try again later');
  }
}

/** The context of a subscription that begins on a connection. */
function contextOf(connection: Connection, client: EventStream): Context {
  const { services, caller, exchange, address, userAgent } = connection;
  return { services, caller, exchange, address, userAgent, client };
}
