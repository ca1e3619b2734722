import type { BackoffOptions } from './backoff.ts';
import type { MediaStateInput } from './generated/graphql.ts';
import type { Socket, SocketOptions } from './socket.ts';

export interface RoomLinkOptions {
  readonly roomId: string;
  readonly socket: SocketOptions;
  /** A socket that is open already, for the first connection. Default: none. */
  readonly takeSocket?: () => Socket | null;
  /** Names this place in the room over reconnects. Default: random. */
  readonly clientKey?: string;
  /** Take the place over when the same user is in the room elsewhere. Default false. */
  readonly takeOver?: boolean;
  /** What others are told of the media at a (re-)join. Default: nothing is on. */
  readonly media?: () => MediaStateInput;
  readonly backoff?: BackoffOptions;
  /**
   * Ends a stay by another way than the socket, for leaving while there is none; a failure is not told. Default:
   * none, and such a stay ends after the server's grace.
   */
  readonly leaveRoom?: (roomId: string, participantId: string) => Promise<void>;
}
