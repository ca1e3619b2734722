import { unwrap } from './errors.ts';
import type {
  CallFieldsFragment,
  ContactFieldsFragment,
  ReachabilityQuery,
  UpdateReachabilityInput,
} from './generated/graphql.ts';
import {
  AnswerContactDocument,
  BlockUserDocument,
  CallsDocument,
  CallsSeenDocument,
  ContactsDocument,
  MarkCallsSeenDocument,
  ReachabilityDocument,
  RemoveContactDocument,
  RequestContactDocument,
  UnblockUserDocument,
  UpdateReachabilityDocument,
} from './generated/operations.ts';
import { type HttpOptions, request } from './http.ts';

/** A page of a list: the most entries, 20 by default, and where it begins. */
interface Paging {
  readonly first?: number;
  /** `endCursor` of the page before. Default: from the start. */
  readonly after?: string | null;
}

export interface ContactPage {
  readonly contacts: readonly ContactFieldsFragment[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export interface CallPage {
  readonly calls: readonly CallFieldsFragment[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** Somebody by id, or by email address. */
export type Addressed = { readonly userId: string } | { readonly email: string };

/** Who may call the user, and whether contacts see when the user is online. */
export type Reachability = ReachabilityQuery['reachability'];

/** What a user does about other people besides calling. Each method may be refused with `RATE_LIMITED`. */
export interface PeopleActions {
  /**
   * Asks somebody to be a contact. The answer to an address is the same whether or not somebody has it. Refused:
   * `USER_NOT_FOUND`, `TOO_MANY_CONTACTS`, `INVALID_INPUT`.
   */
  requestContact(whom: Addressed): Promise<ContactFieldsFragment>;
  /**
   * Accepts or declines a request. Resolves to the contact; null after declining. Refused: `CONTACT_NOT_FOUND`,
   * `TOO_MANY_CONTACTS`.
   */
  answerContact(userId: string, accepted: boolean): Promise<ContactFieldsFragment | null>;
  /** Ends a contact for both, or takes a request back. Resolves to whether there was one. */
  removeContact(whom: Addressed): Promise<boolean>;
  /** Blocks a user: for them, the caller is not there any more. Refused: `TOO_MANY_CONTACTS`. */
  block(userId: string): Promise<ContactFieldsFragment>;
  /** Ends a block. The two are strangers then. */
  unblock(userId: string): Promise<void>;
  reachability(): Promise<Reachability>;
  /** Changes the given settings. */
  updateReachability(changes: UpdateReachabilityInput): Promise<Reachability>;
  /** All contacts, newest first, also those that were asked by an address and have not answered. */
  contacts(page?: Paging): Promise<ContactPage>;
  /** Past calls, newest first. */
  calls(page?: Paging): Promise<CallPage>;
  /** Calls that were made until then were seen on one of the user's devices; RFC 3339, or null if none was marked. */
  callsSeenUntil(): Promise<string | null>;
  /**
   * The user has seen the calls that were made until then, for example `createdAt` of the newest one. It is kept with the
   * account, and the other devices are told by `callsSeen`. Resolves to what holds: it never goes back.
   */
  markCallsSeen(until: string): Promise<string>;
}

export function peopleActions(http: HttpOptions): PeopleActions {
  return {
    async requestContact(input) {
      const data = await request(http, RequestContactDocument, { input });
      return unwrap(data.requestContact).contact;
    },
    async answerContact(userId, accepted) {
      const input = { userId, accepted };
      return unwrap((await request(http, AnswerContactDocument, { input })).answerContact).contact;
    },
    async removeContact(input) {
      return unwrap((await request(http, RemoveContactDocument, { input })).removeContact).removed;
    },
    async block(userId) {
      const data = await request(http, BlockUserDocument, { input: { userId } });
      return unwrap(data.blockUser).contact;
    },
    async unblock(userId) {
      unwrap((await request(http, UnblockUserDocument, { input: { userId } })).unblockUser);
    },
    async reachability() {
      return (await request(http, ReachabilityDocument, {})).reachability;
    },
    async updateReachability(input) {
      const data = await request(http, UpdateReachabilityDocument, { input });
      return unwrap(data.updateReachability).reachability;
    },
    async contacts({ first = 20, after = null } = {}) {
      const { edges, pageInfo } = (await request(http, ContactsDocument, { first, after }))
        .contacts;
      return { contacts: edges.map(({ node }) => node), ...pageInfo };
    },
    async calls({ first = 20, after = null } = {}) {
      const { edges, pageInfo } = (await request(http, CallsDocument, { first, after })).calls;
      return { calls: edges.map(({ node }) => node), ...pageInfo };
    },
    async callsSeenUntil() {
      return (await request(http, CallsSeenDocument, {})).calls.seenUntil;
    },
    async markCallsSeen(until) {
      const data = await request(http, MarkCallsSeenDocument, { input: { until } });
      return unwrap(data.markCallsSeen).seenUntil;
    },
  };
}
