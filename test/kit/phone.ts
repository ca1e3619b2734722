import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { mutate } from './mutate.ts';
import { type Person, register } from './people.ts';
import { Changes } from './waiting.ts';

const CALL = `id state media reason remainingMs expiresAt room { id name capacity } caller { id name }
  legs { user { id } state at }`;

const CONTACT = 'user { id } state presence';

export const ACCOUNT_EVENTS = `subscription AccountEvents($clientKey: ID, $after: ID) {
  accountEvents(clientKey: $clientKey, after: $after) {
    __typename cursor at
    ... on AccountSnapshot { recovered calls { ${CALL} } contacts { ${CONTACT} } }
    ... on CallRinging { waiting call { ${CALL} } }
    ... on CallUpdated { call { ${CALL} } }
    ... on CallEnded { reason call { ${CALL} } }
    ... on ContactUpdated { userId contact { ${CONTACT} } }
    ... on PresenceChanged { user { id } presence }
    ... on CallsSeen { until }
  }
}`;

export interface SeenCall {
  readonly id: string;
  readonly state: string;
  readonly media: string;
  readonly reason: string | null;
  readonly remainingMs: number;
  readonly expiresAt: string;
  readonly room: { readonly id: string; readonly name: string | null; readonly capacity: number };
  readonly caller: { readonly id: string; readonly name: string };
  readonly legs: readonly { readonly user: { readonly id: string }; readonly state: string }[];
}

export interface SeenContact {
  readonly user: { readonly id: string } | null;
  readonly state: string;
  readonly presence: string | null;
}

export interface SeenEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly at: string;
  readonly recovered?: boolean;
  readonly calls?: readonly SeenCall[];
  readonly call?: SeenCall;
  readonly waiting?: boolean;
  readonly reason?: string;
  readonly contacts?: readonly SeenContact[];
  readonly userId?: string;
  readonly contact?: SeenContact | null;
  readonly user?: { readonly id: string };
  readonly presence?: string;
  readonly until?: string;
}

/** The answer of a mutation about calls. */
export interface Answered {
  readonly __typename: string;
  readonly call?: SeenCall;
  readonly message?: string;
  readonly retryAfter?: number;
  readonly issues?: readonly { readonly path: string }[];
}

const WAIT_MS = 20_000;

/** Registers somebody whom everybody may ring. */
export async function registerReachable(url: string, name: string): Promise<Person> {
  const person = await register(url, name);
  const input = { allowCallsFrom: 'EVERYONE' };
  await mutate(url, 'updateReachability', input, '__typename', person.headers);
  return person;
}

/** A device of somebody: a subscription to `accountEvents` with graphql-ws's own client, and all of its events. */
export class Phone {
  readonly events: SeenEvent[] = [];
  readonly client: Client;
  /** How the subscription ended; `open` before that. */
  outcome: 'open' | 'complete' | 'error' = 'open';
  error: unknown;
  readonly #changes = new Changes();
  #socket: WebSocket | null = null;
  #unsubscribe = () => {};

  constructor(
    socketUrl: string,
    readonly person: Person,
    private readonly options: {
      retryAttempts?: number;
      /** The subscription, for servers that do not know all of it. */
      document?: string;
    } = {},
  ) {
    this.client = createClient({
      url: socketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { token: person.token },
      retryAttempts: options.retryAttempts ?? 0,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
      shouldRetry: () => true,
      on: {
        opened: (socket) => {
          this.#socket = socket as WebSocket;
        },
      },
    });
  }

  /** Subscribes, and waits for the snapshot. */
  async attend(variables: { clientKey?: string; after?: string } = {}): Promise<SeenEvent> {
    const seen = this.events.length;
    this.outcome = 'open';
    this.#unsubscribe = this.client.subscribe<{ accountEvents: SeenEvent }>(
      { query: this.options.document ?? ACCOUNT_EVENTS, variables },
      {
        next: ({ data, errors }) => {
          if (data) this.events.push(data.accountEvents);
          else this.error = errors;
          this.#changes.tell();
        },
        error: (error) => {
          this.error = error;
          this.outcome = 'error';
          this.#changes.tell();
        },
        complete: () => {
          if (this.outcome === 'open') this.outcome = 'complete';
          this.#changes.tell();
        },
      },
    );
    const began = () => this.events.length > seen || this.outcome !== 'open' || this.error != null;
    await this.until(began, 'the snapshot');
    const first = this.events[seen];
    if (first === undefined) throw new Error(`Not attending: ${JSON.stringify(this.error)}`);
    return first;
  }

  /** Waits for an event, which may have come already. */
  async next(type: string, matches: (event: SeenEvent) => boolean = () => true) {
    const find = () => this.events.find((one) => one.__typename === type && matches(one));
    await this.until(() => find() !== undefined, type);
    const event = find();
    if (event === undefined) throw new Error(`There was no ${type}.`);
    return event;
  }

  /** Waits until the own leg, or the call, is in a state. */
  nextOf(callId: string, type: string) {
    return this.next(type, ({ call }) => call?.id === callId);
  }

  /** The types of all events of a call, in order. */
  typesOf(callId: string): string[] {
    return this.events.flatMap((one) => (one.call?.id === callId ? [one.__typename] : []));
  }

  until(condition: () => boolean, what: string): Promise<void> {
    const types = () => this.events.map((event) => event.__typename).join(', ');
    return this.#changes.until(
      condition,
      () => `${what} at ${this.person.name}. Events: ${types()}`,
      WAIT_MS,
    );
  }

  async ring(input: Record<string, unknown>): Promise<Answered> {
    return this.#call('ring', 'RingInput', input);
  }

  async accept(callId: string, clientKey = 'phone'): Promise<Answered> {
    return this.#call('acceptCall', 'AcceptCallInput', { callId, clientKey });
  }

  async decline(callId: string): Promise<Answered> {
    return this.#call('declineCall', 'DeclineCallInput', { callId });
  }

  async cancel(callId: string): Promise<Answered> {
    return this.#call('cancelCall', 'CancelCallInput', { callId });
  }

  unsubscribe(): void {
    this.#unsubscribe();
  }

  /** Loses the socket without a close, as a network does. */
  cut(): void {
    this.#socket?.terminate();
  }

  async dispose(): Promise<void> {
    await this.client.dispose();
  }

  async #call(name: string, type: string, input: Record<string, unknown>): Promise<Answered> {
    const success = `${name.charAt(0).toUpperCase()}${name.slice(1)}Success`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) {
      __typename
      ... on ${success} { call { ${CALL} } }
      ... on Error { message }
      ... on InvalidInputError { issues { path } }
      ... on RateLimitedError { retryAfter }
    } }`;
    const variables = { input };
    for await (const result of this.client.iterate<Record<string, Answered>>({
      query,
      variables,
    })) {
      const answer = result.data?.[name];
      if (result.errors || answer === undefined) throw new Error(JSON.stringify(result.errors));
      return answer;
    }
    throw new Error('There was no answer.');
  }
}
