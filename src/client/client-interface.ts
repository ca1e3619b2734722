import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { AccountActions } from './account-actions.ts';
import type { BackoffOptions } from './backoff.ts';
import type { Call } from './call.ts';
import type { CheckConnectionOptions, ConnectionReport } from './connection-report.ts';
import type {
  AccountFieldsFragment,
  CreateRoomInput,
  IceServersFieldsFragment,
  InvitationQuery,
  RoomFieldsFragment,
  RoomQuery,
  UserFieldsFragment,
} from './generated/graphql.ts';
import type { IncomingCalls } from './incoming-calls.ts';
import type { JoinOptions } from './join-room.ts';
import type { People } from './people.ts';
import type { Push } from './push.ts';
import type { RoomLink } from './room-link.ts';
import type { TokenSource } from './token.ts';

export interface ClientOptions {
  /**
   * The GraphQL endpoint: an `http:` or `https:` URL, or a path relative to the page. Default: `/graphql`. During
   * server rendering, a client with such a path can be created, but reaches no server.
   */
  readonly url?: string | URL;
  /**
   * `cookie`, the default, is for browsers: the server keeps the session in an httpOnly cookie. `bearer` is for native
   * clients: signing in returns a token, which this client keeps in memory and sends with every request and connection.
   */
  readonly auth?: 'cookie' | 'bearer';
  /**
   * A token, or a function that returns one: of a session, of an issuer that the server trusts, or from
   * `issueConnectionToken`. The function is called for every connection and request, and in a room also before the
   * session ends. A connection token is good for one connection only, so it needs the function. Default: none until
   * signed in.
   */
  readonly token?: TokenSource;
  /** How long a request may take, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number;
  /** When to reconnect during a call. */
  readonly backoff?: BackoffOptions;
  /** Default: the environment's. */
  readonly fetch?: typeof fetch;
  /** The WebSocket class. Default: the environment's; on Node before 22 give `ws`'s. */
  readonly webSocket?: unknown;
}

/** How a client is signed in. */
export interface SignedIn {
  readonly account: AccountFieldsFragment;
  /** When the session ends, RFC 3339. */
  readonly expiresAt: string;
  /** With `auth: 'bearer'`, the token to store and to pass as `token` the next time; null otherwise. */
  readonly token: string | null;
}

export interface PageOptions {
  /** The most rooms to return. Default 20. */
  readonly first?: number;
  /** `endCursor` of the page before. Default: from the start. */
  readonly after?: string | null;
}

export interface RoomPage {
  readonly rooms: readonly RoomFieldsFragment[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/**
 * A client of one PeerQL server. A method that asks the server throws `NetworkError` when no answer came,
 * `RequestError` for an error that has no type in the schema (code `UNAUTHENTICATED` when nobody is signed in), and
 * `RefusedError` for an error type of the schema, with its code.
 * @example
 * await client.login({ email, password });
 * const { id } = await client.createRoom({ name: 'Tea' });
 */
export interface Client extends AccountActions {
  /** The calls that ring here. */
  readonly incoming: IncomingCalls;
  /** Contacts with their presence, calls to them, and past calls. */
  readonly people: People;
  /** Calls that ring in this browser while no page is open. */
  readonly push: Push;
  /** Makes an account and signs in. Refused: `EMAIL_TAKEN`, `INVALID_INPUT`, `RATE_LIMITED`. */
  register(input: { name: string; email: string; password: string }): Promise<SignedIn>;
  /** Refused: `BAD_CREDENTIALS`, `INVALID_INPUT`, `RATE_LIMITED`. */
  login(input: { email: string; password: string }): Promise<SignedIn>;
  /**
   * Signs in with only a name, as a guest of one room that allows guests; join the room afterwards. A guest's account
   * ends with its room. Refused: `ROOM_NOT_FOUND`, `ROOM_LOCKED`, `GUESTS_NOT_ALLOWED`, `INVALID_INPUT`,
   * `RATE_LIMITED`.
   */
  enterAsGuest(input: { roomId: string; name: string }): Promise<SignedIn>;
  /**
   * Signs in with a token of an issuer that the server trusts. With `auth: 'cookie'`, this gives the browser its
   * session cookie. A `token` function that returns such tokens needs no exchange. Refused: `TOKEN_INVALID`,
   * `RATE_LIMITED`.
   */
  exchangeToken(token: string): Promise<SignedIn>;
  /** Ends the session, open calls included. */
  logout(): Promise<void>;
  /**
   * Deletes the account for good, with its sessions and rooms. A guest has no password and passes none. Refused:
   * `BAD_CREDENTIALS`, `INVALID_INPUT`, `RATE_LIMITED`.
   */
  deleteAccount(password?: string): Promise<void>;
  /** Who is signed in; null when nobody is. */
  me(): Promise<AccountFieldsFragment | null>;
  /** Creates a room, which the account owns. Refused: `INVALID_INPUT`, `RATE_LIMITED`. */
  createRoom(input?: CreateRoomInput): Promise<RoomFieldsFragment>;
  /** Ends a room that the account owns; everybody in it leaves. Refused: `NOT_OWNER`, `ROOM_NOT_FOUND`. */
  closeRoom(roomId: string): Promise<void>;
  /** The people whom the owner has banned from a room; always empty for a room that the account does not own. */
  bans(roomId: string): Promise<readonly UserFieldsFragment[]>;
  /** As owner: lifts a ban of a room. Refused: `NOT_OWNER`, `ROOM_NOT_FOUND`, `RATE_LIMITED`. */
  unban(roomId: string, userId: string): Promise<void>;
  /** What anybody with a room's link may know before signing in; null when there is no such room. */
  invitation(roomId: string): Promise<InvitationQuery['invitation']>;
  /** A room and who is in it; null when there is none with this id. */
  room(id: string): Promise<RoomQuery['room']>;
  /** The rooms that the account owns, newest first. */
  rooms(page?: PageOptions): Promise<RoomPage>;
  /**
   * STUN servers, for a peer connection of your own. For a room that the account is in, also TURN servers with fresh
   * credentials. Fails with `NOT_IN_ROOM` for any other room, and with `INVALID_INPUT` for a guest who names no room.
   */
  iceServers(roomId?: string): Promise<IceServersFieldsFragment>;
  /**
   * Opens a socket and signs it in before it is needed, for example while the user checks their camera, and makes the
   * offer of the next join. The next join uses both, which saves it two to four round trips. They are discarded after
   * five minutes without use, and when somebody signs in or out with this client. A failure does no harm: the join then
   * opens a socket itself.
   */
  connect(): Promise<void>;
  /**
   * Joins a room and connects to everybody in it. From then on the call owns the tracks that the stream holds. Refused:
   * `ROOM_NOT_FOUND`, `ROOM_FULL`, `ALREADY_IN_ROOM`, …; `INVALID_INPUT` for an option that cannot be used.
   */
  joinRoom(roomId: string, options?: JoinOptions): Promise<Call>;
  /**
   * Joins a room without media, for signaling of your own. The link connects by itself; listen to its events. Refused:
   * `INVALID_INPUT`, thrown at once.
   */
  openRoom(roomId: string, options?: Pick<JoinOptions, 'takeOver'>): RoomLink;
  /**
   * Checks what a call needs, with the real thing: microphone and camera, a WebSocket that signs in, a round trip on it,
   * each STUN server, and each TURN server by UDP, TCP and TLS. What fails is a line of the report, not an error.
   * @throws {InvalidInputError} for an option that cannot be used
   * @throws {NetworkError} when the check itself cannot be loaded, because the page's server is out of reach
   */
  checkConnection(options?: CheckConnectionOptions): Promise<ConnectionReport>;
  /** Runs any other query or mutation over HTTP. */
  execute<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
}

/** What a page needs that only joins rooms: a part of {@link Client}, made by `createRoomClient`. */
export type RoomClient = Pick<
  Client,
  | 'enterAsGuest'
  | 'exchangeToken'
  | 'bans'
  | 'unban'
  | 'invitation'
  | 'room'
  | 'iceServers'
  | 'connect'
  | 'joinRoom'
  | 'openRoom'
  | 'execute'
>;
