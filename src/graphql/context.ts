import type { Accounts } from '../domain/accounts/accounts.ts';
import type { Authentication } from '../domain/accounts/authentication.ts';
import type { EmailVerification } from '../domain/accounts/email-verification.ts';
import type { OutsideSessions } from '../domain/accounts/outside-sessions.ts';
import type { OwnAccount } from '../domain/accounts/own-account.ts';
import type { PasswordReset } from '../domain/accounts/password-reset.ts';
import type { People } from '../domain/accounts/people.ts';
import type { Caller, Sessions } from '../domain/accounts/sessions.ts';
import type { CallBudgets } from '../domain/call-budgets.ts';
import type { Attending } from '../domain/calling/attending.ts';
import type { PresenceTelling } from '../domain/calling/presence-telling.ts';
import type { PushedCalls } from '../domain/calling/pushed-calls.ts';
import type { Ringing } from '../domain/calling/ringing.ts';
import { UnauthenticatedError } from '../domain/errors.ts';
import type { CallHistory } from '../domain/people/call-history.ts';
import type { Contacts } from '../domain/people/contacts.ts';
import type { PushSubscriptions } from '../domain/people/push-subscriptions.ts';
import type { Reachability } from '../domain/people/reachability.ts';
import type { Guests } from '../domain/rooms/guests.ts';
import type { Rooms } from '../domain/rooms/rooms.ts';
import type { IceRequests } from '../domain/signaling/ice-requests.ts';
import type { Joining } from '../domain/signaling/joining.ts';
import type { JoiningClient } from '../domain/signaling/joining-client.ts';
import type { Moderation } from '../domain/signaling/moderation.ts';
import type { RoomAdministration } from '../domain/signaling/room-administration.ts';
import type { Signaling } from '../domain/signaling/signaling.ts';

/** What the domain offers to resolvers. */
export interface Services {
  readonly accounts: Accounts;
  readonly ownAccount: OwnAccount;
  readonly emailVerification: EmailVerification;
  readonly passwordReset: PasswordReset;
  readonly sessions: Sessions;
  readonly authentication: Authentication;
  /** Sessions of people whom outside issuers vouch for. */
  readonly outside: OutsideSessions;
  readonly people: People;
  readonly rooms: Rooms;
  readonly guests: Guests;
  readonly signaling: Signaling;
  readonly joining: Joining;
  readonly moderation: Moderation;
  readonly administration: RoomAdministration;
  readonly iceRequests: IceRequests;
  readonly attending: Attending;
  readonly presence: PresenceTelling;
  readonly ringing: Ringing;
  readonly pushedCalls: PushedCalls;
  readonly budgets: CallBudgets;
  readonly contacts: Contacts;
  readonly reachability: Reachability;
  readonly callHistory: CallHistory;
  readonly pushSubscriptions: PushSubscriptions;
  /** The public key that browsers need for push messages; null: none are sent. */
  readonly pushKey: string | null;
}

/** What only an HTTP request can do. Over a WebSocket, cookies cannot be set, and headers come once for all calls. */
export interface HttpExchange {
  /** The `X-Request-Id` of the answer. */
  readonly requestId: string;
  /** Whether the caller is signed in by the cookie. */
  readonly byCookie: boolean;
  setSessionCookie(token: string, expiresAt: Date): void;
  /** Sets a device cookie unless the browser has one, so that the ban of a guest also applies to this browser. */
  rememberDevice(): void;
  clearSessionCookie(): void;
  /** Resolves for a request with the administrator’s token. @throws ForbiddenError, RateLimitedError */
  authorizeAdmin(): Promise<void>;
}

/** What a resolver knows about the call that it answers. Over a WebSocket, all calls of a socket share one. */
export interface Context {
  readonly services: Services;
  /** Who makes this call; null if nobody is signed in (any more). */
  readonly caller: Caller | null;
  /** Null over a WebSocket. */
  readonly exchange: HttpExchange | null;
  /** The client's address; failures and sockets are counted by it. */
  readonly address: string;
  readonly userAgent: string | null;
  /** The connection, if the call begins a subscription. */
  readonly client?: JoiningClient;
  /** Closes the socket with 4401 once this call is answered; missing over HTTP. */
  signOut?(why: string): void;
}

/** @throws UnauthenticatedError */
export function signedIn(context: Context): Caller {
  const { caller } = context;
  if (caller === null) throw new UnauthenticatedError();
  return caller;
}
