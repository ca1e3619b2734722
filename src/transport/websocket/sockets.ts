import type { SocketTally } from '../../domain/accounts/ports.ts';
import type { Connection } from './connection.ts';
import { MessageRate } from './message-rate.ts';

/** How many sockets share an address, and an account. */
export interface SocketCounts {
  readonly ofAddress: number;
  /** 0 if nobody is signed in. */
  readonly ofAccount: number;
}

/** What one address uses of this node. */
interface AddressUse {
  sockets: number;
  readonly rate: MessageRate;
}

/** The open connections, and how many there are for each account and address. */
export class Sockets {
  readonly #all = new Set<Connection>();
  readonly #byAccount = new Map<string, Set<Connection>>();
  readonly #byAddress = new Map<string, AddressUse>();
  readonly #tally: SocketTally | null;
  #onEmpty: (() => void)[] = [];

  /** @param tally counts the sockets of all nodes; null if this node is alone */
  constructor(tally: SocketTally | null) {
    this.#tally = tally;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): IterableIterator<Connection> {
    return this.#all.values();
  }

  /** Events that wait in each subscription to a room. */
  *waiting(): Generator<number, void> {
    for (const { streams } of this.#all) for (const stream of streams) yield stream.waiting;
  }

  countOfAddress(address: string): number {
    return this.#byAddress.get(address)?.sockets ?? 0;
  }

  countOfAccount(accountId: string): number {
    return this.#byAccount.get(accountId)?.size ?? 0;
  }

  /**
   * How many sockets at all nodes share a connection's address and account. It also tells the other nodes about those
   * here.
   */
  async countsEverywhere({ address, accountId }: Connection): Promise<SocketCounts> {
    const ofAddress = this.countOfAddress(address);
    const ofAccount = accountId === null ? 0 : this.countOfAccount(accountId);
    if (this.#tally === null) return { ofAddress, ofAccount };
    const notes = [
      this.#tally.note(`address:${address}`, ofAddress),
      accountId === null ? 0 : this.#tally.note(`user:${accountId}`, ofAccount),
    ] as const;
    const [allOfAddress, allOfAccount] = await Promise.all(notes);
    return { ofAddress: allOfAddress, ofAccount: allOfAccount };
  }

  add(connection: Connection): void {
    this.#all.add(connection);
    const use = this.#byAddress.get(connection.address);
    if (use === undefined) {
      this.#byAddress.set(connection.address, { sockets: 1, rate: new MessageRate() });
    } else use.sockets += 1;
  }

  /**
   * Counts a message for the address of its connection, at `now` in milliseconds. Returns whether all sockets of the
   * address have sent more than `limit` in this second, and this one more than its equal share of them: whoever sends
   * little behind the same address is not the one who floods.
   */
  isFlooding(connection: Connection, limit: number, now: number): boolean {
    const use = this.#byAddress.get(connection.address);
    if (use === undefined || !use.rate.isOver(limit, now)) return false;
    return connection.rate.messages > limit / use.sockets;
  }

  /** Notes who has signed in on a connection. */
  signedIn(connection: Connection, accountId: string): void {
    const own = this.#byAccount.get(accountId);
    if (own === undefined) this.#byAccount.set(accountId, new Set([connection]));
    else own.add(connection);
  }

  remove(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const use = this.#byAddress.get(connection.address);
    if (use !== undefined) {
      use.sockets -= 1;
      if (use.sockets === 0) this.#byAddress.delete(connection.address);
    }
    if (this.#all.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
    const { accountId } = connection;
    const own = accountId === null ? undefined : this.#byAccount.get(accountId);
    if (accountId !== null && own !== undefined) {
      own.delete(connection);
      if (own.size === 0) this.#byAccount.delete(accountId);
    }
    if (this.#tally !== null) void this.countsEverywhere(connection);
  }

  /** Resolves when none is open. */
  whenEmpty(): Promise<void> {
    if (this.#all.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  ofAccount(accountId: string): Connection[] {
    return [...(this.#byAccount.get(accountId) ?? [])];
  }

  /** The connections of one session. */
  ofSession(accountId: string, sessionId: string): Connection[] {
    return this.ofAccount(accountId).filter((connection) => connection.sessionId === sessionId);
  }
}
