import type { Connection } from 'mongoose';
import type { Clock } from '../../domain/clock.ts';

/** What a MongoDB says of itself. */
export interface Greeting {
  readonly takesWrites: boolean;
  /** How far its clock is ahead of this machine's, in milliseconds, to within {@link Greeting.precisionMs}. */
  readonly aheadMs: number;
  readonly precisionMs: number;
}

/** Asks the server of a connection whether it takes writes, and what time it is there. */
export async function greet(
  connection: Connection,
  { now }: Pick<Clock, 'now'>,
): Promise<Greeting> {
  const askedAt = now();
  const hello = await connection.getClient().db().command({ hello: 1 });
  const answeredAt = now();
  const localTime: unknown = hello.localTime;
  const at = localTime instanceof Date ? localTime.getTime() : answeredAt;
  return {
    takesWrites: hello.isWritablePrimary === true,
    aheadMs: at - (askedAt + answeredAt) / 2,
    precisionMs: (answeredAt - askedAt) / 2,
  };
}
