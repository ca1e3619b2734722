import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  RoomEventsDocument,
  type RoomEventsSubscription,
  type RoomEventsSubscriptionVariables,
  SendIceCandidatesDocument,
  SendOfferDocument,
} from '../../src/client/generated/graphql.ts';
import type { Person } from './people.ts';
import { Changes } from './waiting.ts';

export type RoomEvent = RoomEventsSubscription['roomEvents'];
export type EventOf<Name extends RoomEvent['__typename']> = Extract<
  RoomEvent,
  { __typename: Name }
>;

const WAIT_MS = 10_000;

/** A subscription to a room with graphql-ws's own client, and all of its events. */
export class Participant {
  readonly events: RoomEvent[] = [];
  readonly client: Client;
  /** How it ended; `open` before that. */
  outcome: 'open' | 'complete' | 'error' = 'open';
  error: unknown;
  /** Whether it has a socket that the server has acknowledged. */
  connected = false;
  /** The close codes of its sockets. */
  readonly closes: number[] = [];
  #joins = 0;
  readonly #query: string;
  readonly #changes = new Changes();
  #unsubscribe: () => void = () => {};
  #socket: WebSocket | null = null;

  constructor(
    socketUrl: string,
    readonly person: Person,
    options: {
      retryAttempts?: number;
      retryWait?: () => Promise<void>;
      /** How long an unused socket stays open. Default: it is closed at once. */
      lazyCloseTimeout?: number;
      /** Its subscription. Default: the SDK's. */
      query?: string;
    } = {},
  ) {
    this.#query = options.query ?? print(RoomEventsDocument);
    this.client = createClient({
      url: socketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { token: person.token },
      retryAttempts: options.retryAttempts ?? 0,
      // A broken socket causes an error event first, which is final without this option.
      shouldRetry: () => true,
      lazyCloseTimeout: options.lazyCloseTimeout ?? 0,
      ...(options.retryWait && { retryWait: options.retryWait }),
      on: {
        opened: (socket) => {
          this.#socket = socket as WebSocket;
        },
        connected: () => {
          this.connected = true;
        },
        closed: (event) => {
          this.connected = false;
          this.closes.push((event as { code: number }).code);
          this.#changes.tell();
        },
      },
    });
  }

  /** Joins; resolves to the first event. */
  async join(variables: RoomEventsSubscriptionVariables, waitMs = WAIT_MS): Promise<RoomEvent> {
    const seen = this.events.length;
    this.outcome = 'open';
    this.#joins += 1;
    const join = this.#joins;
    // The end of an earlier subscription may be reported after this one has begun.
    const settle = (outcome: 'complete' | 'error') => {
      if (join === this.#joins) this.outcome = outcome;
      this.#changes.tell();
    };
    this.#unsubscribe = this.client.subscribe<RoomEventsSubscription>(
      { query: this.#query, variables },
      {
        next: ({ data, errors }) => {
          if (data) this.events.push(data.roomEvents);
          else this.error = errors;
          this.#changes.tell();
        },
        error: (error) => {
          this.error = error;
          settle('error');
        },
        complete: () => settle('complete'),
      },
    );
    const began = () => this.events.length > seen || this.outcome !== 'open';
    await this.until(began, 'the first event', waitMs);
    const first = this.events[seen];
    if (first === undefined) throw new Error(`The join failed: ${JSON.stringify(this.error)}`);
    return first;
  }

  /** The snapshot that the last join began with. */
  get snapshot(): EventOf<'RoomSnapshot'> {
    const found = this.events.findLast((event) => event.__typename === 'RoomSnapshot');
    if (found?.__typename !== 'RoomSnapshot') throw new Error('There was no snapshot.');
    return found;
  }

  get id(): string {
    return this.snapshot.self.id;
  }

  /** Waits for an event of a type, which may have come already. */
  async next<Name extends RoomEvent['__typename']>(
    type: Name,
    matches: (event: EventOf<Name>) => boolean = () => true,
  ): Promise<EventOf<Name>> {
    const find = () =>
      this.events.find(
        (event): event is EventOf<Name> =>
          event.__typename === type && matches(event as EventOf<Name>),
      );
    await this.until(() => find() !== undefined, `an event ${type}`);
    const event = find();
    if (event === undefined) throw new Error(`There was no ${type}.`);
    return event;
  }

  /** Waits until the subscription is over. */
  async ended(): Promise<void> {
    await this.until(() => this.outcome !== 'open', 'the end of the subscription');
  }

  /** Waits until its socket closes; resolves to the code. */
  async closed(): Promise<number> {
    await this.until(() => this.closes.length > 0, 'a close of the socket');
    return this.closes.at(-1) ?? 0;
  }

  until(condition: () => boolean, what = 'a condition', waitMs = WAIT_MS): Promise<void> {
    const types = () => this.events.map((event) => event.__typename).join(', ');
    return this.#changes.until(condition, () => `${what}. Events: ${types()}`, waitMs);
  }

  /** Leaves by unsubscribing. */
  unsubscribe(): void {
    this.#unsubscribe();
  }

  /** The TCP port of its socket, while it is open. */
  get localPort(): number | undefined {
    // The connection is not part of ws's types.
    const { _socket: socket } = (this.#socket ?? {}) as { _socket?: { localPort?: number } };
    return socket?.localPort;
  }

  /** Stops reading, like a client whose machine is asleep. */
  stopReading(): void {
    this.#socket?.pause();
  }

  /** Loses the socket without a close, as a network does. */
  cut(): void {
    this.#socket?.terminate();
  }

  /** Runs one operation over the socket. */
  async call<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
    for await (const result of this.client.iterate<Data>({ query, variables })) {
      if (result.errors) throw new Error(JSON.stringify(result.errors));
      if (result.data) return result.data;
    }
    throw new Error('There was no answer.');
  }

  async offer(roomId: string, to: string, sdp: string, signalId?: string) {
    const input = { roomId, to, sdp, ...(signalId !== undefined && { signalId }) };
    type Result = { sendOffer: { __typename: string; cursor?: string; message?: string } };
    const { sendOffer } = await this.call<Result>(print(SendOfferDocument), { input });
    return sendOffer;
  }

  async candidates(roomId: string, to: string, candidates: string[], signalId?: string) {
    const input = {
      roomId,
      to,
      candidates: candidates.map((candidate) => ({ candidate })),
      ...(signalId !== undefined && { signalId }),
    };
    type Result = {
      sendIceCandidates: { __typename: string; cursor?: string; message?: string };
    };
    const result = await this.call<Result>(print(SendIceCandidatesDocument), { input });
    return result.sendIceCandidates;
  }

  /** Closes the socket normally. */
  async dispose(): Promise<void> {
    await this.client.dispose();
  }
}
