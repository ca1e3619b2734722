import type {
  AccountStore,
  OneTimeTokenStore,
  OutsideTokenStore,
  SessionStore,
} from '../domain/accounts/ports.ts';
import type { Clock } from '../domain/clock.ts';
import type { RoomStore } from '../domain/rooms/ports.ts';
import type { WebhookOutbox } from '../domain/webhooks/ports.ts';

/** Everything that is kept at rest, behind one connection or one file. */
export interface Store {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly oneTimeTokens: OneTimeTokenStore;
  readonly outsideTokens: OutsideTokenStore;
  readonly rooms: RoomStore;
  readonly webhooks: WebhookOutbox;
  /** Where the data lies, for the start-up line; never holds credentials. */
  readonly description: string;
  /** Resolves once the store has answered that it works; rejects with `UnavailableError` otherwise. */
  ping(): Promise<void>;
  /** Lets go of the file or the connections. Every later call rejects with `UnavailableError`. */
  close(): Promise<void>;
}

/** What the stores have to say to whoever runs the server. A pino logger is one. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What every store is opened with. */
export interface StoreContext {
  readonly clock: Clock;
  readonly log: StoreLog;
}
