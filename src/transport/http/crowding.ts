import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ExecutionBudget } from '../../execution/execution-budget.ts';
import type { ClientAddresses } from '../client-address.ts';
import { UNREAD_MS } from './body.ts';
import { whenOver } from './over.ts';

export interface CrowdingLimits {
  /** How many connections one address may have at once, including WebSockets. */
  readonly connectionsPerAddress: number;
  /** How many requests of one address are handled at once. */
  readonly requestsPerAddress: number;
  /** How many requests and new connections one address may make in a second. */
  readonly requestsPerSecondPerAddress: number;
}

/** What each address may use of the processor's time. */
type Budget = Pick<ExecutionBudget, 'isExhausted' | 'spendAt'>;

/** How many refusals of requests through proxies are held back at once, for all addresses together. */
const HELD_MAX = 1024;

/**
 * Counts what each address has open, connections, and requests until their answers have been read; and what it begins in
 * a second, because even the cheapest answers take the processor from others.
 */
export class Crowding {
  readonly #addresses: ClientAddresses;
  readonly #limits: CrowdingLimits;
  readonly #budget: Budget;
  readonly #connections = new Map<string, number>();
  readonly #requests = new Map<string, number>();
  /** Refusals that are held back, by address. */
  readonly #held = new Map<string, number>();
  #heldByAll = 0;
  /** What each address has begun in the present second. */
  #begun = new Map<string, number>();
  #second = 0;
  /** The addresses of the counted connections. One that offers another protocol comes again with each such request. */
  readonly #counted = new WeakMap<Socket, string>();
  /** One listener for all connections: a closure for each of ten thousand would cost memory. */
  readonly #onClosed = this.#makeListener();

  constructor(addresses: ClientAddresses, limits: CrowdingLimits, budget: Budget) {
    this.#addresses = addresses;
    this.#limits = limits;
    this.#budget = budget;
  }

  /**
   * Accepts a new connection, or ends it at once. Connections of trusted proxies are not counted, because they carry
   * many clients.
   */
  connected(socket: Socket): void {
    const address = this.#addresses.ofConnection(socket);
    if (address === null || this.#counted.has(socket)) return;
    if (
      !this.#mayBegin(address) ||
      !countUp(this.#connections, address, this.#limits.connectionsPerAddress)
    ) {
      socket.destroy();
      return;
    }
    this.#counted.set(socket, address);
    socket.on('close', this.#onClosed);
  }

  #makeListener(): (this: Socket) => void {
    const crowding = this;
    return function onClosed(this: Socket) {
      const address = crowding.#counted.get(this);
      if (address !== undefined) countDown(crowding.#connections, address);
    };
  }

  /** Whether a request may be answered; it counts until its answer has been read, or its connection is gone. */
  admits(request: IncomingMessage, response: ServerResponse): boolean {
    const address = this.#addresses.of(request);
    if (!this.#mayBegin(address)) return false;
    if (!countUp(this.#requests, address, this.#limits.requestsPerAddress)) return false;
    whenOver(request, response, () => countDown(this.#requests, address));
    return true;
  }

  /** Whether a handshake may be answered. A connection of the client's own has been counted already. */
  admitsUpgrade(request: IncomingMessage): boolean {
    const own = this.#addresses.ofConnection(request.socket);
    if (own !== null) return !this.#budget.isExhausted(own);
    return this.#mayBegin(this.#addresses.of(request));
  }

  /** Nobody reads the body of a request; its address pays for what arrives of it. */
  leftUnread(request: IncomingMessage): void {
    this.#budget.spendAt(this.#addresses.of(request), UNREAD_MS);
  }

  /**
   * Refuses a request. A connection of the client's own ends with that. Through a trusted proxy, whose connections carry
   * others and stay, the refusal waits for the next second: otherwise a client that sends a request after each answer
   * could get refusals without end. At most as many requests of one address wait here as may be handled at once.
   */
  refuse(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
    const address = this.#addresses.of(request);
    const isDirect = this.#addresses.ofConnection(request.socket) !== null;
    if (
      isDirect ||
      this.#heldByAll >= HELD_MAX ||
      !countUp(this.#held, address, this.#limits.requestsPerAddress)
    ) {
      answer();
      return;
    }
    this.#heldByAll += 1;
    const timer = setTimeout(answer, 1000 - (performance.now() % 1000));
    whenOver(request, response, () => {
      clearTimeout(timer);
      this.#heldByAll -= 1;
      countDown(this.#held, address);
    });
  }

  #mayBegin(address: string): boolean {
    const second = Math.trunc(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#begun = new Map();
    }
    if (this.#budget.isExhausted(address)) return false;
    return countUp(this.#begun, address, this.#limits.requestsPerSecondPerAddress);
  }
}

function countUp(counts: Map<string, number>, address: string, limit: number): boolean {
  const count = counts.get(address) ?? 0;
  if (count >= limit) return false;
  counts.set(address, count + 1);
  return true;
}

function countDown(counts: Map<string, number>, address: string): void {
  const left = (counts.get(address) ?? 1) - 1;
  if (left > 0) counts.set(address, left);
  else counts.delete(address);
}
