import { randomUUID } from 'node:crypto';
import { noHooks, type RingDevice } from '../rings.ts';
import { type Endpoint, Wire, type WireListener } from '../wire.ts';

const CALL =
  'call { id state remainingMs room { id } caller { id name } legs { user { id } state } }';
const documents = {
  events: `subscription AccountEvents($clientKey: ID) { accountEvents(clientKey: $clientKey) { __typename cursor ... on AccountSnapshot { calls { id } } ... on CallRinging { ${CALL} } ... on CallUpdated { ${CALL} } ... on CallEnded { reason ${CALL} } } }`,
  ring: `mutation Ring($input: RingInput!) { ring(input: $input) { __typename ... on RingSuccess { ${CALL} } ... on Error { message } } }`,
  accept: `mutation AcceptCall($input: AcceptCallInput!) { acceptCall(input: $input) { __typename ... on AcceptCallSuccess { ${CALL} } ... on Error { message } } }`,
  decline: `mutation DeclineCall($input: DeclineCallInput!) { declineCall(input: $input) { __typename ... on DeclineCallSuccess { ${CALL} } ... on Error { message } } }`,
  room: 'subscription RoomEvents($roomId: ID!, $clientKey: ID) { roomEvents(roomId: $roomId, clientKey: $clientKey) { __typename cursor ... on RoomSnapshot { self { id } } } }',
};

interface Told {
  readonly __typename: string;
  readonly message?: string;
  readonly call?: {
    readonly id: string;
    readonly state: string;
    readonly room: { readonly id: string };
    readonly legs: readonly { readonly state: string }[];
  };
}

/** A device that holds `accountEvents`. It hangs up as clients do: it joins the room of the call, and leaves it. */
export class PeerQLDevice implements RingDevice, WireListener {
  hooks = noHooks;
  readonly userId: string;
  readonly #endpoint: Endpoint;
  readonly #token: string;
  readonly #clientKey = randomUUID();
  readonly #rooms = new Map<string, string>();
  readonly #answered = new Set<string>();
  #wire: Wire | null = null;
  #asked = 0;
  #acknowledged = () => {};
  #attending = () => {};

  constructor(endpoint: Endpoint, token: string, userId: string) {
    this.#endpoint = endpoint;
    this.#token = token;
    this.userId = userId;
  }

  async open(): Promise<void> {
    const acknowledged = new Promise<void>((resolve) => {
      this.#acknowledged = resolve;
    });
    const attending = new Promise<void>((resolve) => {
      this.#attending = resolve;
    });
    this.#wire = new Wire(this.#endpoint, this);
    await this.#wire.opened;
    this.#wire.send(`{"type":"connection_init","payload":{"token":"${this.#token}"}}`);
    await acknowledged;
    this.#subscribe('e', documents.events, { clientKey: this.#clientKey });
    await attending;
  }

  ring(userId: string): void {
    this.#subscribe(`m${++this.#asked}`, documents.ring, { input: { userIds: [userId] } });
  }

  accept(callId: string): void {
    const input = { callId, clientKey: this.#clientKey };
    this.#subscribe(`m${++this.#asked}`, documents.accept, { input });
  }

  decline(callId: string): void {
    this.#subscribe(`m${++this.#asked}`, documents.decline, { input: { callId } });
  }

  hangUp(callId: string): void {
    const roomId = this.#rooms.get(callId) ?? '';
    this.#subscribe(`r${callId}`, documents.room, { roomId, clientKey: this.#clientKey });
  }

  close(): void {
    this.#wire?.close();
  }

  closed(why: string): void {
    this.hooks.failed(why);
  }

  frame(text: string): void {
    const { type, id, payload } = JSON.parse(text);
    if (type === 'connection_ack') this.#acknowledged();
    else if (type === 'ping') this.#wire?.send('{"type":"pong"}');
    else if (type === 'error' || payload?.errors) this.hooks.failed(text.slice(0, 500));
    else if (type === 'next' && id === 'e') this.#event(payload.data.accountEvents);
    else if (type === 'next' && id.startsWith('r')) this.#inRoom(id, payload.data.roomEvents);
    else if (type === 'next') this.#answer(Object.values<Told>(payload.data)[0]);
  }

  #event({ __typename, call }: Told): void {
    if (__typename === 'AccountSnapshot') this.#attending();
    if (call === undefined) return;
    this.#rooms.set(call.id, call.room.id);
    if (__typename === 'CallRinging') this.hooks.ringing(call.id);
    if (__typename === 'CallUpdated' && call.state === 'ACTIVE' && !this.#answered.has(call.id)) {
      this.#answered.add(call.id);
      this.hooks.answered(call.id);
    }
    if (__typename === 'CallEnded') {
      this.#rooms.delete(call.id);
      this.#answered.delete(call.id);
      this.hooks.ended(call.id);
    }
  }

  #inRoom(id: string, { __typename }: Told): void {
    if (__typename === 'RoomSnapshot') this.#wire?.send(`{"id":"${id}","type":"complete"}`);
  }

  #answer(answer: Told | undefined): void {
    const { call } = answer ?? {};
    if (call === undefined) this.hooks.failed(JSON.stringify(answer));
    else if (call.state === 'ENDED' && call.legs.some(({ state }) => state !== 'DECLINED')) {
      this.hooks.failed('a call that has ended at once');
    }
  }

  #subscribe(id: string, query: string, variables: object): void {
    this.#wire?.send(JSON.stringify({ id, type: 'subscribe', payload: { query, variables } }));
  }
}
