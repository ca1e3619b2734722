import type { BackoffOptions } from './backoff.ts';
import type { RoomEventsSubscriptionVariables } from './generated/graphql.ts';
import type { Socket, SocketOptions } from './socket.ts';

/** What a join may say beside which room it is and where it resumes. */
type JoinVariables = Omit<RoomEventsSubscriptionVariables, 'roomId' | 'clientKey' | 'after'>;

export interface RoomLinkOptions {
  readonly roomId: string;
  readonly socket: SocketOptions;
  /** A socket that is open already, for the first connection. Default: none. */
  readonly takeSocket?: () => Socket | null;
  /** Identifies this stay across reconnects. Default: random. */
  readonly clientKey?: string;
  /**
   * What the server is told with each join beside the room: which media are on, whether another stay of this user ends.
   * Default: nothing.
   */
  readonly joinWith?: (isFirst: boolean) => JoinVariables;
  readonly backoff?: BackoffOptions;
  /**
   * Ends a stay without the socket, for leaving while there is none. A failure is ignored. Default: none; such a stay
   * ends after the server's grace.
   */
  readonly leaveRoom?: (roomId: string, participantId: string) => Promise<void>;
}
