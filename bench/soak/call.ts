import { randomUUID } from 'node:crypto';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { candidateJson, sdpJson } from '../generator/payload.ts';

const EVENTS = `subscription ($roomId: ID!, $clientKey: ID) { roomEvents(roomId: $roomId, clientKey: $clientKey) {
  __typename cursor
  ... on RoomSnapshot { recovered self { id } participants { id } }
  ... on OfferReceived { from sdp }
  ... on AnswerReceived { from sdp }
  ... on IceCandidatesReceived { from candidates { candidate } }
} }`;
const send = (field: string) => {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return `mutation ($input: ${type}Input!) { ${field}(input: $input) { __typename } }`;
};
const PATIENCE_MS = 20_000;

interface Event {
  __typename: string;
  recovered?: boolean;
  self?: { id: string };
}

/** A caller or a callee: graphql-ws's own client, which resubscribes by itself. */
class Caller {
  id = '';
  readonly #client: Client;
  readonly #roomId: string;
  readonly #events: Event[] = [];
  #wake: () => void = () => {};
  #socket: WebSocket | null = null;
  #unsubscribe: () => void = () => {};

  constructor(url: string, token: string, roomId: string) {
    this.#roomId = roomId;
    this.#client = createClient({
      url,
      webSocketImpl: WebSocket,
      connectionParams: { token },
      retryAttempts: 5,
      retryWait: async () => {},
      shouldRetry: () => true,
      on: {
        opened: (socket) => {
          this.#socket = socket as WebSocket;
        },
      },
    });
  }

  async join(): Promise<void> {
    const variables = { roomId: this.#roomId, clientKey: randomUUID() };
    this.#unsubscribe = this.#client.subscribe<{ roomEvents: Event }>(
      { query: EVENTS, variables },
      {
        next: ({ data }) => {
          if (data) this.#events.push(data.roomEvents);
          this.#wake();
        },
        error: () => this.#wake(),
        complete: () => this.#wake(),
      },
    );
    const snapshot = await this.next('RoomSnapshot');
    this.id = snapshot.self?.id ?? '';
  }

  /** Takes the next event of a type, and drops those before it. */
  async next(type: string): Promise<Event> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const index = this.#events.findIndex(({ __typename }) => __typename === type);
      const [found] = index < 0 ? [] : this.#events.splice(0, index + 1).slice(-1);
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`no ${type} within ${PATIENCE_MS} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async send(field: string, input: object): Promise<void> {
    const variables = { input: { roomId: this.#roomId, ...input } };
    for await (const { data, errors } of this.#client.iterate({ query: send(field), variables })) {
      const result = Object.values(data ?? {})[0] as { __typename: string } | undefined;
      if (!result?.__typename.endsWith('Success')) {
        throw new Error(`${field}: ${JSON.stringify(errors ?? result)}`);
      }
      return;
    }
  }

  /** Loses the socket without a close; the client comes back by itself. */
  cut(): void {
    this.#socket?.terminate();
  }

  async leave(): Promise<void> {
    this.#unsubscribe();
    await this.#client.dispose();
  }
}

/** The times of one call, in milliseconds. */
export interface CallTimes {
  joins: number[];
  signals: number[];
  resumes: number[];
}

/** One call from set-up to teardown: two people join and negotiate, one loses its socket and resumes, both leave. */
export async function call(
  port: number,
  roomId: string,
  tokens: readonly [string, string],
): Promise<CallTimes> {
  const url = `ws://127.0.0.1:${port}/graphql`;
  const [host, guest] = [new Caller(url, tokens[0], roomId), new Caller(url, tokens[1], roomId)];
  const times: CallTimes = { joins: [], signals: [], resumes: [] };
  const timed = async (into: number[], work: Promise<unknown>) => {
    const began = performance.now();
    await work;
    into.push(performance.now() - began);
  };
  try {
    await timed(times.joins, host.join());
    await timed(times.joins, guest.join());
    const sdp = (type: 'offer' | 'answer') => JSON.parse(sdpJson(type)) as string;
    const offered = guest.send('sendOffer', { to: host.id, sdp: sdp('offer') });
    await timed(times.signals, host.next('OfferReceived'));
    await offered;
    const answered = host.send('sendAnswer', { to: guest.id, sdp: sdp('answer') });
    await timed(times.signals, guest.next('AnswerReceived'));
    await answered;
    const candidates = [0, 1, 2, 3, 4].map((n) => JSON.parse(candidateJson(0, n)) as object);
    const trickle = async (from: Caller, to: Caller) => {
      const sent = from.send('sendIceCandidates', { to: to.id, candidates });
      await timed(times.signals, to.next('IceCandidatesReceived'));
      await sent;
    };
    await trickle(host, guest);
    await trickle(guest, host);
    guest.cut();
    const resumed = guest.next('RoomSnapshot');
    const missed = host.send('sendIceCandidates', { to: guest.id, candidates });
    await timed(times.resumes, resumed);
    if ((await resumed).recovered !== true) throw new Error('a resume was not recovered');
    await missed;
    await guest.next('IceCandidatesReceived');
  } finally {
    await Promise.all([host.leave(), guest.leave()]);
  }
  return times;
}
