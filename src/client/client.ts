import { accountActions } from './account-actions.ts';
import { AccountLink } from './account-link.ts';
import type { Client, ClientOptions, SignedIn } from './client-interface.ts';
import { type Failure, unwrap } from './errors.ts';
import type { Delivery } from './generated/graphql.ts';
import {
  CancelCallDocument,
  CloseRoomDocument,
  CreateRoomDocument,
  DeleteAccountDocument,
  EnterAsGuestDocument,
  ExchangeTokenDocument,
  IceServersDocument,
  InvitationDocument,
  LeaveRoomDocument,
  LoginDocument,
  LogoutDocument,
  MeDocument,
  RegisterDocument,
  RoomBansDocument,
  RoomDocument,
  RoomsDocument,
  UnbanFromRoomDocument,
} from './generated/operations.ts';
import { type HttpOptions, request } from './http.ts';
import { IncomingCalls } from './incoming-calls.ts';
import { type JoinOptions, joinRoom } from './join-room.ts';
import { load } from './load.ts';
import { operationOf } from './operation.ts';
import {
  backoffProblem,
  booleanProblem,
  functionProblem,
  objectProblem,
  readEndpoint,
  requireOptions,
  roomIdProblem,
  socketClassProblem,
  timeoutProblem,
  tokenProblem,
} from './options.ts';
import { OwnAnswers } from './own-answers.ts';
import { PeopleView } from './people.ts';
import { peopleActions } from './people-actions.ts';
import { Push } from './push.ts';
import { RoomLink } from './room-link.ts';
import type { SocketOptions } from './socket.ts';
import { CurrentToken } from './token.ts';
import { WarmSocket } from './warm-socket.ts';

/**
 * Creates a client. It sends nothing until a method is called. `connect` opens the socket early, so that a join is faster.
 * @throws {InvalidInputError} when an option cannot be used
 * @example
 * const client = createClient({ url: 'https://api.example.com/graphql' });
 * await client.login({ email, password });
 * const call = await client.joinRoom(roomId, { stream });
 */
export function createClient(options: ClientOptions = {}): Client {
  requireOptions({ options: objectProblem(options) });
  const { auth = 'cookie' } = options;
  requireOptions({
    auth: auth === 'cookie' || auth === 'bearer' ? null : "has to be 'cookie' or 'bearer'",
    timeoutMs: timeoutProblem(options.timeoutMs),
    backoff: backoffProblem(options.backoff),
    fetch: functionProblem(options.fetch),
    webSocket: socketClassProblem(options.webSocket),
    token: tokenProblem(options.token),
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

  const link = new AccountLink(socket, backoff);

  const signedInAnew = () => {
    warm.close();
    link.signedInAnew();
  };

  const signIn = (result: { readonly __typename: string } & (SignedIn | Failure)): SignedIn => {
    const { account, expiresAt, token: issued } = unwrap(result) as SignedIn;
    token.signedIn(issued);
    signedInAnew();
    return { account, expiresAt, token: issued };
  };

  // Names the stay: by the time this request arrives, the account may have joined the room anew.
  const leaveRoom = async (roomId: string, participantId: string) => {
    await request(http, LeaveRoomDocument, { input: { roomId, participantId } });
  };

  const join = (roomId: string, options: JoinOptions) =>
    joinRoom({ roomId, socket, backoff, leaveRoom, takeSocket }, options);
  const calling = {
    link,
    answers: new OwnAnswers(),
    warm: () => {
      // If this fails, the join opens a socket itself.
      warm.open().catch(() => {});
    },
    join,
    abandon: (callId: string) => {
      const input = { callId };
      // If it cannot be sent, the call rings until the server finds that nobody is there.
      request({ ...http, keepalive: true }, CancelCallDocument, { input }).catch(() => {});
    },
  };

  const client: Client = {
    ...accountActions(http),
    incoming: new IncomingCalls(calling),
    people: Object.assign(new PeopleView(calling), peopleActions(http)),
    push: new Push(http),
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
      signedInAnew();
    },
    async deleteAccount(password) {
      const input = { password: password ?? null };
      const data = await request(http, DeleteAccountDocument, { input });
      unwrap(data.deleteAccount);
      token.signedOut();
      signedInAnew();
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
    joinRoom: (roomId, options = {}) => join(roomId, options),
    openRoom(roomId, { takeOver = false } = {}) {
      requireOptions({ roomId: roomIdProblem(roomId), takeOver: booleanProblem(takeOver) });
      const joinWith = (isFirst: boolean) => ({ takeOver: isFirst && takeOver });
      return new RoomLink({ roomId, socket, backoff, leaveRoom, takeSocket, joinWith });
    },
    async checkConnection(options) {
      const { checkConnection } = await load(import('./connection-check.ts'));
      return checkConnection({ ...client, socket }, options);
    },
    execute: async (document, variables) => request(http, await operationOf(document), variables),
  };
  return client;
}
