import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type AccountActions, accountActions } from './account-actions.ts';
import type { BackoffOptions } from './backoff.ts';
import type { Call } from './call.ts';
import { type Failure, unwrap } from './errors.ts';
import {
  type AccountFieldsFragment,
  CloseRoomDocument,
  CreateRoomDocument,
  type CreateRoomInput,
  DeleteAccountDocument,
  type Delivery,
  EnterAsGuestDocument,
  ExchangeTokenDocument,
  IceServersDocument,
  type IceServersFieldsFragment,
  InvitationDocument,
  type InvitationQuery,
  LeaveRoomDocument,
  LoginDocument,
  LogoutDocument,
  MeDocument,
  RegisterDocument,
  RoomBansDocument,
  RoomDocument,
  type RoomFieldsFragment,
  type RoomQuery,
  RoomsDocument,
  UnbanFromRoomDocument,
  type UserFieldsFragment,
} from './generated/graphql.ts';
import { type HttpOptions, request } from './http.ts';
import { type JoinOptions, joinRoom } from './join-room.ts';
import {
  backoffProblem,
  booleanProblem,
  functionProblem,
  readEndpoint,
  requireOptions,
  roomIdProblem,
  timeoutProblem,
} from './options.ts';
import { RoomLink } from './room-link.ts';
import type { SocketOptions } from './socket.ts';
import { CurrentToken, type TokenSource } from './token.ts';
import { WarmSocket } from './warm-socket.ts';

export interface ClientOptions {
  /**
   * The GraphQL endpoint, `http:` or `https:`, or from the page's own address on. Default: `/graphql` of its origin.
   * Where there is no page, a client with such a path can be made, and reaches nobody.
   */
  readonly url?: string | URL;
  /**
   * `cookie`, the default, is for browsers: the server keeps the session in an httpOnly cookie. `bearer` is for
   * native clients: signing in gives a token, which this client keeps in memory and sends with everything.
   */
  readonly auth?: 'cookie' | 'bearer';
  /**
   * A token from before, or a function that gives one, called at every connect and request, and before a session ends
   * while in a room: of a session, of an issuer that the server trusts, or from `issueConnectionToken`, which is good for
   * one connection and so needs the function. Default: none until signed in.
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
  /** With `auth: 'bearer'`, what to keep and to give as `token` the next time; null otherwise. */
  readonly token: string | null;
}

export interface PageOptions {
  /** At most this many. Default 20. */
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
 * A client of one PeerQL server. Every method throws `NetworkError` when no answer came, `RequestError` for an
 * answer that no type of the schema stands for (code `UNAUTHENTICATED` when nobody is signed in), and a
 * `RefusedError` with the code of what the schema declares.
 */
export interface Client extends AccountActions {
  /** Makes an account and signs in. Refused: `EMAIL_TAKEN`, `INVALID_INPUT`, `RATE_LIMITED`. */
  register(input: { name: string; email: string; password: string }): Promise<SignedIn>;
  /** Refused: `BAD_CREDENTIALS`, `INVALID_INPUT`, `RATE_LIMITED`. */
  login(input: { email: string; password: string }): Promise<SignedIn>;
  /**
   * Signs in with a name alone, as a guest of one room that allows it; then join it. A guest ends with its room.
   * Refused: `ROOM_NOT_FOUND`, `GUESTS_NOT_ALLOWED`, `INVALID_INPUT`, `RATE_LIMITED`.
   */
  enterAsGuest(input: { roomId: string; name: string }): Promise<SignedIn>;
  /**
   * Signs in by a token of an issuer that the server trusts. With `auth: 'cookie'` that is how a browser comes by its
   * session; a `token` function that gives such tokens needs no exchange. Refused: `TOKEN_INVALID`, `RATE_LIMITED`.
   */
  exchangeToken(token: string): Promise<SignedIn>;
  /** Ends the session everywhere, open calls included. */
  logout(): Promise<void>;
  /**
   * Deletes the account for good, with its sessions and rooms. A guest has no password, and gives none.
   * Refused: `BAD_CREDENTIALS`, `INVALID_INPUT`, `RATE_LIMITED`.
   */
  deleteAccount(password?: string): Promise<void>;
  /** Who is signed in; null when nobody is. */
  me(): Promise<AccountFieldsFragment | null>;
  /** Makes a room that one owns. Refused: `INVALID_INPUT`, `RATE_LIMITED`. */
  createRoom(input?: CreateRoomInput): Promise<RoomFieldsFragment>;
  /** Ends a room that one owns, with everybody's stay in it. Refused: `NOT_OWNER`, `ROOM_NOT_FOUND`. */
  closeRoom(roomId: string): Promise<void>;
  /** Who is banned from a room that one owns, by its owner; empty for any other room. */
  bans(roomId: string): Promise<readonly UserFieldsFragment[]>;
  /** Lets somebody whom the owner has banned join again. Refused: `NOT_OWNER`, `ROOM_NOT_FOUND`, `RATE_LIMITED`. */
  unban(roomId: string, userId: string): Promise<void>;
  /** What a room's link tells before anybody is signed in; null when there is no such room. */
  invitation(roomId: string): Promise<InvitationQuery['invitation']>;
  /** A room and who is in it; null when there is none with this id. */
  room(id: string): Promise<RoomQuery['room']>;
  /** The rooms one owns, newest first. */
  rooms(page?: PageOptions): Promise<RoomPage>;
  /**
   * STUN servers, for a peer connection of one's own; of a room that one is in also TURN servers, with fresh credentials.
   * Fails with `NOT_IN_ROOM` for any other room, and with `INVALID_INPUT` for a guest who names none.
   */
  iceServers(roomId?: string): Promise<IceServersFieldsFragment>;
  /**
   * Opens a socket and signs it in before it is needed, for example while somebody looks at themselves in a lobby:
   * the next join takes it, and is two to four round trips shorter. One that nobody takes is closed after five
   * minutes, and when somebody signs in or out by this client. A failure is no loss: the join opens one then.
   */
  connect(): Promise<void>;
  /**
   * Joins a room and connects to everybody in it. The call owns the tracks that the stream holds then.
   * Refused: `ROOM_NOT_FOUND`, `ROOM_FULL`, `ALREADY_IN_ROOM`, …; `INVALID_INPUT` for an option that cannot be used.
   */
  joinRoom(roomId: string, options?: JoinOptions): Promise<Call>;
  /**
   * Joins a room without media, for signaling of one's own; it connects by itself, listen to its events.
   * Refused: `INVALID_INPUT`, thrown at once.
   */
  openRoom(roomId: string, options?: Pick<JoinOptions, 'takeOver'>): RoomLink;
  /** Runs any other operation over HTTP. */
  execute<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
}

/**
 * Creates a client. It sends nothing until a method is called. `connect` opens the socket early, so that a join is faster.
 * @throws {InvalidInputError} when an option cannot be used
 * @example
 * const client = createClient({ url: 'https://api.example.com/graphql' });
 * await client.login({ email, password });
 * const call = await client.joinRoom(roomId, { stream });
 */
export function createClient(options: ClientOptions = {}): Client {
  const { auth = 'cookie' } = options;
  requireOptions({
    auth: auth === 'cookie' || auth === 'bearer' ? null : "has to be 'cookie' or 'bearer'",
    timeoutMs: timeoutProblem(options.timeoutMs),
    backoff: backoffProblem(options.backoff),
    fetch: functionProblem(options.fetch),
    webSocket: functionProblem(options.webSocket),
  });
  const token = new CurrentToken(options.token ?? null);
  const delivery: Delivery = auth === 'bearer' ? 'BEARER' : 'COOKIE';
  const url = readEndpoint(options.url);
  const socket: SocketOptions = {
    url: url.replace(/^http/, 'ws'),
    token: token.read,
    freshToken: token.fresh,
    ...(options.webSocket === undefined ? {} : { webSocket: options.webSocket }),
  };
  const warm = new WarmSocket(socket);
  const http: HttpOptions = {
    url,
    fetch: options.fetch ?? ((...args) => fetch(...args)),
    timeoutMs: options.timeoutMs ?? 15_000,
    token: token.read,
    openSocket: () => warm.forRequests,
    socket: (given) => warm.open(given),
  };
  const takeSocket = () => warm.take();
  const { backoff = {} } = options;

  const signIn = (result: { readonly __typename: string } & (SignedIn | Failure)): SignedIn => {
    const { account, expiresAt, token: issued } = unwrap(result) as SignedIn;
    token.signedIn(issued);
    warm.close();
    return { account, expiresAt, token: issued };
  };

  // Of that stay alone: the account may be in the room anew by the time that this arrives.
  const leaveRoom = async (roomId: string, participantId: string) => {
    await request(http, LeaveRoomDocument, { input: { roomId, participantId } });
  };

  return {
    ...accountActions(http),
    async register(input) {
      const data = await request(http, RegisterDocument, { input: { ...input, delivery } });
      return signIn(data.register);
    },
    async login(input) {
      const data = await request(http, LoginDocument, { input: { ...input, delivery } });
      return signIn(data.login);
    },
    async enterAsGuest(input) {
      const data = await request(http, EnterAsGuestDocument, { input: { ...input, delivery } });
      return signIn(data.enterAsGuest);
    },
    async exchangeToken(given) {
      const input = { token: given, delivery };
      return signIn((await request(http, ExchangeTokenDocument, { input })).exchangeToken);
    },
    async logout() {
      unwrap((await request(http, LogoutDocument, {})).logout);
      token.signedOut();
      warm.close();
    },
    async deleteAccount(password) {
      const input = { password: password ?? null };
      const data = await request(http, DeleteAccountDocument, { input });
      unwrap(data.deleteAccount);
      token.signedOut();
      warm.close();
    },
    async me() {
      return (await request(http, MeDocument, {})).me;
    },
    async createRoom(input = {}) {
      return unwrap((await request(http, CreateRoomDocument, { input })).createRoom).room;
    },
    async closeRoom(roomId) {
      unwrap((await request(http, CloseRoomDocument, { input: { roomId } })).closeRoom);
    },
    async bans(roomId) {
      return (await request(http, RoomBansDocument, { id: roomId })).room?.bans ?? [];
    },
    async unban(roomId, userId) {
      const input = { roomId, userId };
      unwrap((await request(http, UnbanFromRoomDocument, { input })).unbanFromRoom);
    },
    async invitation(roomId) {
      return (await request(http, InvitationDocument, { roomId })).invitation;
    },
    async room(id) {
      return (await request(http, RoomDocument, { id })).room;
    },
    async rooms({ first = 20, after = null } = {}) {
      const { edges, pageInfo } = (await request(http, RoomsDocument, { first, after })).rooms;
      return { rooms: edges.map(({ node }) => node), ...pageInfo };
    },
    async iceServers(roomId) {
      return (await request(http, IceServersDocument, { roomId: roomId ?? null })).iceServers;
    },
    async connect() {
      await warm.open();
    },
    joinRoom: (roomId, join = {}) =>
      joinRoom({ roomId, socket, backoff, leaveRoom, takeSocket }, join),
    openRoom(roomId, { takeOver = false } = {}) {
      requireOptions({ roomId: roomIdProblem(roomId), takeOver: booleanProblem(takeOver) });
      return new RoomLink({ roomId, socket, backoff, leaveRoom, takeSocket, takeOver });
    },
    execute: (document, variables) => request(http, document, variables),
  };
}
