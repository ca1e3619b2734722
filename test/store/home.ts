import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach } from 'vitest';
import type { Account, Session } from '../../src/domain/accounts/account.ts';
import type { OneTimeToken, OutsideToken } from '../../src/domain/accounts/ports.ts';
import { type Clock, systemClock } from '../../src/domain/clock.ts';
import { type Room, settingsOf } from '../../src/domain/rooms/room.ts';
import type { Store } from '../../src/store/store.ts';

export const MINUTE = 60_000;

/** Where one test keeps its data: opened as often as the test likes, empty at first. */
export interface StoreHome {
  open(clock: Clock): Promise<Store>;
  dispose(): Promise<void>;
}

/** A fresh store for each test, with a clock turned by hand and records to put into it. */
export class ContractHome {
  /** Milliseconds since the Unix epoch, for the store and for the records. */
  now = 0;
  readonly clock: Clock = { ...systemClock, now: () => this.now, elapsed: () => this.now };
  readonly make: () => Promise<StoreHome>;
  #home: StoreHome | undefined;
  #opened: Store[] = [];

  constructor(make: () => Promise<StoreHome>) {
    this.make = make;
    beforeEach(async () => {
      this.now = Date.now();
      this.#opened = [];
      this.#home = await make();
      await this.another();
    });
    afterEach(async () => {
      await Promise.all(this.#opened.map((store) => store.close()));
      await this.#home?.dispose();
    });
  }

  /** The store that stands at the start of a test. */
  get store(): Store {
    const [store] = this.#opened;
    if (!store) throw new Error('the store is open in a test only');
    return store;
  }

  /** One more over the same data. */
  async another(): Promise<Store> {
    if (!this.#home) throw new Error('a store is opened in a test only');
    const store = await this.#home.open(this.clock);
    this.#opened.push(store);
    return store;
  }

  account(fields: Partial<Account> = {}): Account {
    return {
      id: id(),
      name: 'Ada',
      email: `${id()}@example.com`,
      emailVerified: false,
      passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
      createdAt: new Date(this.now),
      disabledAt: null,
      guestOf: null,
      identity: null,
      ...fields,
    };
  }

  session(fields: Partial<Session> = {}): Session {
    return {
      id: id(),
      accountId: id(),
      createdAt: new Date(this.now),
      lastSeenAt: new Date(this.now),
      expiresAt: new Date(this.now + 60 * MINUTE),
      userAgent: 'Mozilla/5.0',
      grant: null,
      ...fields,
    };
  }

  oneTimeToken(fields: Partial<OneTimeToken> = {}): OneTimeToken {
    return {
      hash: `${id()}${id()}`,
      purpose: 'RESET_PASSWORD',
      accountId: id(),
      sessionId: null,
      expiresAt: new Date(this.now + 30 * MINUTE),
      ...fields,
    };
  }

  outsideToken(fields: Partial<OutsideToken> = {}): OutsideToken {
    return {
      hash: `${id()}${id()}`,
      sessionId: id(),
      sessionEndsAt: new Date(this.now + 30 * MINUTE),
      expiresAt: new Date(this.now + 60 * MINUTE),
      ...fields,
    };
  }

  room(fields: Partial<Room> = {}): Room {
    return {
      ...settingsOf({ name: 'Stand-up', capacity: 8 }),
      id: id(),
      owner: { id: id(), name: 'Ada', isGuest: false },
      revision: 0,
      banned: [],
      createdAt: new Date(this.now),
      expiresAt: new Date(this.now + 60 * MINUTE),
      ...fields,
    };
  }
}

export function id(): string {
  return randomBytes(8).toString('hex');
}
