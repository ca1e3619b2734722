import { adminRequest, granted } from './admin-request.ts';
import {
  AdminCloseRoomDocument,
  AdminDeleteUserDocument,
  AdminEndSessionsDocument,
  AdminRemoveParticipantDocument,
  AdminRoomDocument,
  type AdminRoomFieldsFragment,
  AdminRoomsDocument,
  AdminUpsertUserDocument,
  type AdminUpsertUserInput,
} from './generated/graphql.ts';

export interface AdminClientOptions {
  /** The URL of the API, for example `https://calls.example.com/graphql`. */
  readonly url: string;
  /** The server's `ADMIN_TOKEN`. Keep it on your server. */
  readonly adminToken: string;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** How long an answer may take, in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number;
}

/** A room, with its present participants. */
export type AdminRoom = AdminRoomFieldsFragment;

/** A page of rooms. */
export interface AdminRoomPage {
  readonly rooms: readonly AdminRoom[];
  /** Give it as `after` to get the next page; null on the last page. */
  readonly next: string | null;
}

/** A person whom an outside issuer vouches for. */
export interface AdminPerson {
  /** One of the server's `TRUSTED_ISSUERS`, an id of its `API_KEYS`, or `host`. */
  readonly issuer: string;
  /** The person's id at that issuer: `sub` in its tokens. */
  readonly subject: string;
}

/** The admin API, typed. Every call rejects with an `AdminError`, whose `code` says why. */
export interface AdminClient {
  /** All rooms, newest first. @param page `first` is from 1 to 100; default: 20 */
  rooms(page?: { first?: number; after?: string }): Promise<AdminRoomPage>;
  /** A room by its id; null if there is none. */
  room(id: string): Promise<AdminRoom | null>;
  /** Ends a room for good: everybody leaves with `ROOM_CLOSED`. Code `ROOM_NOT_FOUND` if there is none. */
  closeRoom(roomId: string): Promise<void>;
  /**
   * Ends a stay with `REMOVED`; with `ban` that user may never enter the room again. Codes `ROOM_NOT_FOUND`,
   * `PEER_NOT_IN_ROOM`, `INVALID_INPUT`.
   */
  removeParticipant(input: { roomId: string; participantId: string; ban?: boolean }): Promise<void>;
  /** Makes the account of a person before they come, or changes its details. Resolves to the account's id here. */
  upsertUser(user: AdminUpsertUserInput): Promise<string>;
  /**
   * Ends all sessions of a person at once, on every node. Tokens that were issued before are no longer accepted.
   * Resolves to the number of sessions that ended.
   */
  endSessions(person: AdminPerson): Promise<number>;
  /**
   * Ends all sessions of a person as `endSessions` does, and deletes the account for good. Resolves to whether there
   * was one.
   */
  deleteUser(person: AdminPerson): Promise<boolean>;
}

/** Makes a client of the admin API. It runs wherever `fetch` does, and sends nothing before the first call. */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const request = adminRequest(options);
  return {
    async rooms({ first, after } = {}) {
      const { admin } = await request(AdminRoomsDocument, {
        ...(first === undefined ? {} : { first }),
        ...(after === undefined ? {} : { after }),
      });
      const { edges, pageInfo } = admin.rooms;
      const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      return { rooms: edges.map(({ node }) => node), next };
    },
    async room(id) {
      const { admin } = await request(AdminRoomDocument, { id });
      return admin.room ?? null;
    },
    async closeRoom(roomId) {
      const { admin } = await request(AdminCloseRoomDocument, { input: { roomId } });
      granted(admin.closeRoom, 'AdminCloseRoomSuccess');
    },
    async removeParticipant({ roomId, participantId, ban = false }) {
      const input = { roomId, participantId, ban };
      const { admin } = await request(AdminRemoveParticipantDocument, { input });
      granted(admin.removeParticipant, 'AdminRemoveParticipantSuccess');
    },
    async upsertUser(input) {
      const { admin } = await request(AdminUpsertUserDocument, { input });
      return granted(admin.upsertUser, 'AdminUpsertUserSuccess').user.id;
    },
    async endSessions({ issuer, subject }) {
      const { admin } = await request(AdminEndSessionsDocument, { input: { issuer, subject } });
      return granted(admin.endSessions, 'AdminEndSessionsSuccess').ended;
    },
    async deleteUser({ issuer, subject }) {
      const { admin } = await request(AdminDeleteUserDocument, { input: { issuer, subject } });
      return granted(admin.deleteUser, 'AdminDeleteUserSuccess').userId !== null;
    },
  };
}
