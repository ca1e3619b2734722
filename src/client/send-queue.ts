import { NetworkError, type PeerqlError, RateLimitedError } from './errors.ts';

/** The addressee of what is sent to the whole room. */
export const EVERYBODY = '';
/** How many sends to one addressee may be unanswered at once. */
const WINDOW = 32;
/** A server that asks for a longer wait than this, in milliseconds, has refused the send. */
const TIMEOUT_MS = 15_000;
/** The wait before a send is tried again that failed because a part of the server was unavailable. */
const UNAVAILABLE_RETRY_MS = 1_000;

interface Send<Transport> {
  /** Resolves to a function that passes the answer on to the caller. */
  readonly perform: (transport: Transport) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
  /** Whether it was sent on the current transport and is not answered yet. */
  inFlight: boolean;
}

interface Lane<Transport> {
  readonly sends: Send<Transport>[];
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Sends that outlive a connection. Each one is repeated until it is answered: on the next transport when the connection
 * was lost, or later when the server was busy. So a send has to be idempotent (a `signalId` makes it so). Sends to one
 * addressee start in the order given, and a repeated send goes before later ones. It can be overtaken only by sends
 * that are already under way when the server rejects it for its rate.
 */
export class SendQueue<Transport> {
  #transport: Transport | null = null;
  readonly #lanes = new Map<string, Lane<Transport>>();
  #closed: PeerqlError | null = null;

  /** Resolves to the answer when the server has accepted it; rejects when it never will. */
  send<Answer>(to: string, perform: (transport: Transport) => Promise<Answer>): Promise<Answer> {
    if (this.#closed !== null) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      let lane = this.#lanes.get(to);
      if (lane === undefined) {
        lane = { sends: [], timer: undefined };
        this.#lanes.set(to, lane);
      }
      const send = async (transport: Transport) => {
        const answer = await perform(transport);
        return () => resolve(answer);
      };
      lane.sends.push({ perform: send, reject, inFlight: false });
      this.#pump(to, lane);
    });
  }

  /** A connection is open: sends everything that is not answered yet, in order. */
  open(transport: Transport): void {
    this.suspend();
    this.#transport = transport;
    for (const [to, lane] of this.#lanes) {
      for (const send of lane.sends) send.inFlight = false;
      this.#pump(to, lane);
    }
  }

  /** The connection is lost: keeps everything that is not answered. */
  suspend(): void {
    this.#transport = null;
    for (const lane of this.#lanes.values()) this.#unhold(lane);
  }

  /** The connection is lost because of one of the sends in flight: rejects all of those, and keeps the others. */
  refuseInFlight(error: PeerqlError): void {
    this.suspend();
    for (const [to, lane] of this.#lanes) {
      for (const send of [...lane.sends]) {
        if (!send.inFlight) continue;
        this.#settle(to, lane, send);
        send.reject(error);
      }
    }
  }

  /** Rejects everything to an addressee. */
  drop(to: string, error: PeerqlError): void {
    const lane = this.#lanes.get(to);
    if (lane === undefined) return;
    this.#lanes.delete(to);
    this.#unhold(lane);
    for (const send of lane.sends) send.reject(error);
  }

  /**
   * There is a new stay: rejects with `gone` what is for somebody of before, and with `unknown` what may have been done
   * already. What is for everybody and was never sent goes out in the new stay.
   */
  renew(gone: PeerqlError, unknown: PeerqlError): void {
    for (const to of [...this.#lanes.keys()]) {
      if (to !== EVERYBODY) this.drop(to, gone);
    }
    this.refuseInFlight(unknown);
  }

  /** Rejects everything, and whatever is sent later. */
  close(error: PeerqlError): void {
    this.#closed = error;
    this.#transport = null;
    for (const to of [...this.#lanes.keys()]) this.drop(to, error);
  }

  #pump(to: string, lane: Lane<Transport>): void {
    const transport = this.#transport;
    if (transport === null || lane.timer !== undefined) return;
    for (const send of lane.sends.slice(0, WINDOW)) {
      if (!send.inFlight) void this.#attempt(to, lane, send, transport);
    }
  }

  async #attempt(
    to: string,
    lane: Lane<Transport>,
    send: Send<Transport>,
    transport: Transport,
  ): Promise<void> {
    send.inFlight = true;
    try {
      const succeed = await send.perform(transport);
      this.#settle(to, lane, send);
      succeed();
    } catch (error) {
      // An error of a transport that is no longer in use means nothing: the send is repeated on the next one.
      if (transport !== this.#transport) return;
      const retryMs = retryDelayMs(error);
      if (retryMs === null) {
        this.#settle(to, lane, send);
        send.reject(error);
      } else if (Number.isFinite(retryMs)) {
        send.inFlight = false;
        this.#hold(to, lane, retryMs);
      }
    }
  }

  #settle(to: string, lane: Lane<Transport>, send: Send<Transport>): void {
    const index = lane.sends.indexOf(send);
    if (index >= 0) lane.sends.splice(index, 1);
    if (lane.sends.length === 0 && this.#lanes.get(to) === lane) this.#lanes.delete(to);
    else this.#pump(to, lane);
  }

  #hold(to: string, lane: Lane<Transport>, ms: number): void {
    lane.timer ??= setTimeout(() => {
      lane.timer = undefined;
      this.#pump(to, lane);
    }, ms);
  }

  #unhold(lane: Lane<Transport>): void {
    clearTimeout(lane.timer);
    lane.timer = undefined;
  }
}

/** When to try again. Null: the answer is final. Infinity: wait for the next connection. */
function retryDelayMs(error: unknown): number | null {
  if (error instanceof NetworkError) return Number.POSITIVE_INFINITY;
  if (error instanceof RateLimitedError) {
    const waitMs = error.retryAfter * 1_000;
    return waitMs <= TIMEOUT_MS ? waitMs : null;
  }
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'UNAVAILABLE' ? UNAVAILABLE_RETRY_MS : null;
}
