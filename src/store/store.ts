import type {
  AccountStore,
  OneTimeTokenStore,
  OutsideTokenStore,
  SessionStore,
} from '../domain/accounts/ports.ts';
import type { Clock } from '../domain/clock.ts';
import type {
  CallStore,
  ContactStore,
  PushSubscriptionStore,
  ReachStore,
  ServerKeyStore,
} from '../domain/people/ports.ts';
import type { RoomStore } from '../domain/rooms/ports.ts';
import type { WebhookOutbox } from '../domain/webhooks/ports.ts';

/** All stored data, behind one connection or one file. */
export interface Store {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly oneTimeTokens: OneTimeTokenStore;
  readonly outsideTokens: OutsideTokenStore;
  readonly rooms: RoomStore;
  readonly webhooks: WebhookOutbox;
  readonly contacts: ContactStore;
  readonly reach: ReachStore;
  /** Calls that have ended. */
  readonly calls: CallStore;
  readonly pushSubscriptions: PushSubscriptionStore;
  readonly serverKeys: ServerKeyStore;
  /** Where the data is, for the start-up line. It never contains credentials. */
  readonly description: string;
  /** Why this machine's clock may be wrong, in a sentence without its end; null if nothing speaks against it. */
  clockDoubt(): Promise<string | null>;
  /** Resolves once the store has answered that it works; rejects with `UnavailableError` otherwise. */
  ping(): Promise<void>;
  /** Closes the file or the connections. Every later call rejects with `UnavailableError`. */
  close(): Promise<void>;
}

/** The log lines of a store for the operator. A pino logger can be used. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What every store needs to be opened. */
export interface StoreContext {
  readonly clock: Clock;
  readonly log: StoreLog;
}
