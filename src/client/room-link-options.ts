import type { BackoffOptions } from './backoff.ts';
import type { MediaStateInput } from './generated/graphql.ts';
import type { Socket, SocketOptions } from './socket.ts';

export interface RoomLinkOptions {
  readonly roomId: string;
  readonly socket: SocketOptions;
  /** A socket that is open already, for the first connection. Default: none. */
  readonly takeSocket?: () => Socket | null;
  /** Identifies this stay across reconnects. Default: random. */
  readonly clientKey?: string;
  /** Whether to end the stay of the same user elsewhere in the room. Default false. */
  readonly takeOver?: boolean;
  /** Which media the others are told are on, at every join and rejoin. Default: none. */
  readonly media?: () => MediaStateInput;
  readonly backoff?: BackoffOptions;
  /**
   * Ends a stay without the socket, for leaving while there is none. A failure is ignored. Default: none; such a stay
   * ends after the server's grace.
   */
  readonly leaveRoom?: (roomId: string, participantId: string) => Promise<void>;
}
