import { type ClientCore, clientCore } from './client-core.ts';
import type { ClientOptions, RoomClient } from './client-interface.ts';
import { unwrap } from './errors.ts';
import { discard, type FirstOffer, makeFirstOffer } from './first-offer.ts';
import {
  EnterAsGuestDocument,
  ExchangeTokenDocument,
  IceServersDocument,
  InvitationDocument,
  LeaveRoomDocument,
  RoomBansDocument,
  RoomDocument,
  UnbanFromRoomDocument,
} from './generated/operations.ts';
import { request } from './http.ts';
import { joinRoom } from './join-room.ts';
import { operationOf } from './operation.ts';
import { booleanProblem, requireOptions, roomIdProblem } from './options.ts';
import { RoomLink } from './room-link.ts';

/**
 * Creates a client that only joins rooms, with a token, as a guest, or by the session cookie. A page with a bundler loads
 * less of it than of `createClient`, which also has accounts, contacts and calls that ring.
 * @throws {InvalidInputError} when an option cannot be used
 * @example
 * const client = createRoomClient({ url: 'https://api.example.com/graphql', auth: 'bearer' });
 * await client.enterAsGuest({ roomId, name: 'Ann' });
 * const call = await client.joinRoom(roomId, { stream });
 */
export function createRoomClient(options: ClientOptions = {}): RoomClient {
  return roomMethods(clientCore(options));
}

/** What every client can do. */
export function roomMethods({
  http,
  socket,
  warm,
  backoff,
  delivery,
  signIn,
}: ClientCore): RoomClient {
  let early: Promise<FirstOffer | null> | undefined;
  const takeOffer = () => {
    const offer = early;
    early = undefined;
    return offer;
  };
  warm.onUnused = () => discard(takeOffer());
  const parts = {
    socket,
    backoff,
    takeSocket: () => warm.take(),
    takeOffer,
    // Names the stay: by the time this request arrives, the account may have joined the room anew.
    leaveRoom: async (roomId: string, participantId: string) => {
      await request(http, LeaveRoomDocument, { input: { roomId, participantId } });
    },
  };
  return {
    async enterAsGuest(input) {
      const data = await request(http, EnterAsGuestDocument, { input: { ...input, delivery } });
      return signIn(data.enterAsGuest);
    },
    async exchangeToken(given) {
      const input = { token: given, delivery };
      return signIn((await request(http, ExchangeTokenDocument, { input })).exchangeToken);
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
    async iceServers(roomId) {
      return (await request(http, IceServersDocument, { roomId: roomId ?? null })).iceServers;
    },
    async connect() {
      early ??= makeFirstOffer();
      await warm.open();
    },
    joinRoom: (roomId, options = {}) => joinRoom({ ...parts, roomId }, options),
    openRoom(roomId, { takeOver = false } = {}) {
      requireOptions({ roomId: roomIdProblem(roomId), takeOver: booleanProblem(takeOver) });
      // The socket is used now, and the offer is not.
      discard(takeOffer());
      const joinWith = (isFirst: boolean) => ({ takeOver: isFirst && takeOver });
      return new RoomLink({ ...parts, roomId, joinWith });
    },
    execute: async (document, variables) => request(http, await operationOf(document), variables),
  };
}
