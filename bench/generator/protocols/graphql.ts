import { randomUUID } from 'node:crypto';
import { type Participant, type Protocol, type Snapshot, unexpected } from '../participant.ts';
import { eachCandidate } from '../payload.ts';
import { type Endpoint, Wire, type WireListener } from '../wire.ts';

const outcome = (success: string) =>
  `{ __typename ... on ${success} { cursor } ... on Error { message } }`;

const documents = {
  offer: `mutation SendOffer($input: SendOfferInput!) { sendOffer(input: $input) ${outcome('SendOfferSuccess')} }`,
  answer: `mutation SendAnswer($input: SendAnswerInput!) { sendAnswer(input: $input) ${outcome('SendAnswerSuccess')} }`,
  candidates: `mutation SendIceCandidates($input: SendIceCandidatesInput!) { sendIceCandidates(input: $input) ${outcome('SendIceCandidatesSuccess')} }`,
  media:
    'mutation SetMedia($input: SetMediaInput!) { setMedia(input: $input) { __typename ... on SetMediaSuccess { participant { id } } ... on Error { message } } }',
  events: [
    'subscription RoomEvents($roomId: ID!, $clientKey: ID, $media: MediaStateInput) { roomEvents(roomId: $roomId, clientKey: $clientKey, media: $media) { __typename cursor at',
    '... on RoomSnapshot { recovered self { ...P } participants { ...P } }',
    '... on ParticipantJoined { participant { ...P } }',
    '... on ParticipantUpdated { participant { ...P } }',
    '... on ParticipantLeft { participant { id } reason }',
    '... on OfferReceived { from sdp } ... on AnswerReceived { from sdp }',
    '... on IceCandidatesReceived { from candidates { candidate sdpMid sdpMLineIndex usernameFragment } }',
    '} } fragment P on Participant { id user { id name } role joinOrder media { audio video screen } handRaised connection }',
  ].join(' '),
};

/** The token with which the user of a number signs in over the WebSocket. */
export type TokenOf = (user: number) => string;

class GraphQLParticipant implements Participant, WireListener {
  hooks = unexpected;
  id = '';
  #wire: Wire | null = null;
  #room = '';
  #stay = 0;
  #asked = 0;
  #answered = 0;
  #completed = 0;
  #opened: (() => void) | null = null;
  #snapshot: ((snapshot: Snapshot) => void) | null = null;
  readonly #clientKey = randomUUID();
  readonly #endpoint: Endpoint;
  readonly #token: string;
  readonly #signalIds: boolean;

  constructor(endpoint: Endpoint, token: string, signalIds: boolean) {
    this.#endpoint = endpoint;
    this.#token = token;
    this.#signalIds = signalIds;
  }

  async open(): Promise<void> {
    const opened = new Promise<void>((resolve) => {
      this.#opened = resolve;
    });
    this.#wire = new Wire(this.#endpoint, this);
    await this.#wire.opened;
    this.#wire.send(`{"type":"connection_init","payload":{"token":"${this.#token}"}}`);
    await opened;
  }

  join(room: string): Promise<Snapshot> {
    this.#room = room;
    this.#stay++;
    return new Promise((resolve) => {
      this.#snapshot = resolve;
      this.#wire?.send(
        `{"id":"s${this.#stay}","type":"subscribe","payload":{"query":"${documents.events}","variables":{"roomId":"${room}","clientKey":"${this.#clientKey}","media":{"audio":true,"video":true}}}}`,
      );
    });
  }

  leave(): void {
    this.#wire?.send(`{"id":"s${this.#stay}","type":"complete"}`);
  }

  sendOffer(to: string, sdpJson: string): void {
    this.#signal(documents.offer, `"to":"${to}","sdp":${sdpJson}`);
  }

  sendAnswer(to: string, sdpJson: string): void {
    this.#signal(documents.answer, `"to":"${to}","sdp":${sdpJson}`);
  }

  sendCandidates(to: string, candidatesJson: string): void {
    this.#signal(documents.candidates, `"to":"${to}","candidates":[${candidatesJson}]`);
  }

  setMedia(audio: boolean): void {
    this.#mutate(documents.media, `"audio":${audio}`);
  }

  settled(): boolean {
    return this.#asked === this.#answered && this.#asked === this.#completed;
  }

  close(): void {
    this.#wire?.close();
  }

  frame(text: string): void {
    const id = text.indexOf('"id":"') + 6;
    if (id === 5) this.#connection(text);
    else if (text.charCodeAt(id) === 0x73) this.#event(text);
    else if (text.includes('"type":"next"') && text.includes('Success"')) this.#answered++;
    else if (text.includes('"type":"complete"')) {
      // A server may run the operations of one socket concurrently, so the answers have no fixed order.
      this.#completed++;
      this.hooks.acknowledged();
    } else this.hooks.failed(text.slice(0, 500));
  }

  closed(why: string): void {
    this.hooks.failed(why);
  }

  #connection(text: string): void {
    const { type } = JSON.parse(text);
    if (type === 'connection_ack') this.#opened?.();
    else if (type === 'ping') this.#wire?.send('{"type":"pong"}');
    else this.hooks.failed(`unexpected ${text.slice(0, 200)}`);
  }

  #event(text: string): void {
    if (text.includes('"__typename":"IceCandidatesReceived"')) {
      eachCandidate(text, this.hooks.candidate);
    } else if (text.includes('"__typename":"ParticipantUpdated"')) {
      this.hooks.updated();
    } else if (!text.includes('"type":"complete"')) {
      this.#rareEvent(text);
    }
  }

  #rareEvent(text: string): void {
    const event = JSON.parse(text).payload?.data?.roomEvents;
    switch (event?.__typename) {
      case 'OfferReceived':
        this.hooks.offer(event.from);
        break;
      case 'AnswerReceived':
        this.hooks.answer(event.from);
        break;
      case 'ParticipantJoined':
        this.hooks.joined(event.participant.id);
        break;
      case 'ParticipantLeft':
        this.hooks.left(event.participant.id);
        break;
      case 'RoomSnapshot': {
        this.id = event.self.id;
        const others = event.participants
          .map((participant: { id: string }) => participant.id)
          .filter((id: string) => id !== this.id);
        this.#snapshot?.({ self: this.id, others });
        break;
      }
      default:
        this.hooks.failed(text.slice(0, 500));
    }
  }

  #signal(document: string, fields: string): void {
    this.#mutate(document, this.#signalIds ? `${fields},"signalId":"${randomUUID()}"` : fields);
  }

  #mutate(document: string, fields: string): void {
    this.#wire?.send(
      `{"id":"${this.#asked++}","type":"subscribe","payload":{"query":"${document}","variables":{"input":{"roomId":"${this.#room}",${fields}}}}}`,
    );
  }
}

/** PeerQL's operations over `graphql-transport-ws`. */
export function graphQL(
  ports: readonly number[],
  tokenOf: TokenOf,
  createRoom: Protocol['createRoom'],
  signalIds = false,
): Protocol {
  const endpoint = (node: number) => ({
    host: '127.0.0.1',
    port: ports[node % ports.length] ?? 0,
    path: '/graphql',
    protocol: 'graphql-transport-ws',
  });
  return {
    acknowledges: true,
    presence: true,
    nodes: ports.length,
    participant: (user, node = user) =>
      new GraphQLParticipant(endpoint(node), tokenOf(user), signalIds),
    createRoom,
  };
}
