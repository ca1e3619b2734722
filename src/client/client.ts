import { accountActions } from './account-actions.ts';
import { AccountLink } from './account-link.ts';
import { clientCore } from './client-core.ts';
import type { Client, ClientOptions } from './client-interface.ts';
import { unwrap } from './errors.ts';
import {
  CancelCallDocument,
  CloseRoomDocument,
  CreateRoomDocument,
  DeleteAccountDocument,
  LoginDocument,
  LogoutDocument,
  MeDocument,
  RegisterDocument,
  RoomsDocument,
} from './generated/operations.ts';
import { request } from './http.ts';
import { IncomingCalls } from './incoming-calls.ts';
import { load } from './load.ts';
import { OwnAnswers } from './own-answers.ts';
import { PeopleView } from './people.ts';
import { peopleActions } from './people-actions.ts';
import { Push } from './push.ts';
import { roomMethods } from './room-client.ts';

/**
 * Creates a client. It sends nothing until a method is called. `connect` opens the socket early, so that a join is faster.
 * @throws {InvalidInputError} when an option cannot be used
 * @example
 * const client = createClient({ url: 'https://api.example.com/graphql' });
 * await client.login({ email, password });
 * const call = await client.joinRoom(roomId, { stream });
 */
export function createClient(options: ClientOptions = {}): Client {
  const core = clientCore(options);
  const { http, socket, warm, backoff, delivery, signIn, signedOut } = core;
  const link = new AccountLink(socket, backoff);
  core.onChange(() => link.signedInAnew());
  const rooms = roomMethods(core);
  const calling = {
    link,
    answers: new OwnAnswers(),
    warm: () => {
      // If this fails, the join opens a socket itself.
      warm.open().catch(() => {});
    },
    join: rooms.joinRoom,
    abandon: (callId: string) => {
      const input = { callId };
      // If it cannot be sent, the call rings until the server finds that nobody is there.
      request({ ...http, keepalive: true }, CancelCallDocument, { input }).catch(() => {});
    },
  };

  const client: Client = {
    ...rooms,
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
    async logout() {
      unwrap((await request(http, LogoutDocument, {})).logout);
      signedOut();
    },
    async deleteAccount(password) {
      const input = { password: password ?? null };
      const data = await request(http, DeleteAccountDocument, { input });
      unwrap(data.deleteAccount);
      signedOut();
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
    async rooms({ first = 20, after = null } = {}) {
      const { edges, pageInfo } = (await request(http, RoomsDocument, { first, after })).rooms;
      return { rooms: edges.map(({ node }) => node), ...pageInfo };
    },
    async checkConnection(options) {
      const { checkConnection } = await load(import('./connection-check.ts'));
      return checkConnection({ ...client, socket }, options);
    },
  };
  return client;
}
