import { type Participant, type Protocol, type Snapshot, unexpected } from '../participant.ts';
import { eachCandidate } from '../payload.ts';
import { type Endpoint, Wire, type WireListener } from '../wire.ts';

class RelayParticipant implements Participant, WireListener {
  hooks = unexpected;
  id = '';
  #wire: Wire | null = null;
  #room = '';
  #snapshot: ((snapshot: Snapshot) => void) | null = null;
  readonly #endpoint: Endpoint;
  readonly #user: number;

  constructor(endpoint: Endpoint, user: number) {
    this.#endpoint = endpoint;
    this.#user = user;
  }

  async open(): Promise<void> {
    this.#wire = new Wire(this.#endpoint, this);
    await this.#wire.opened;
  }

  join(room: string): Promise<Snapshot> {
    this.#room = room;
    return new Promise((resolve) => {
      this.#snapshot = resolve;
      this.#wire?.send(`{"type":"join","room":"${room}","name":"user-${this.#user}"}`);
    });
  }

  leave(): void {
    this.#wire?.send(`{"type":"leave","room":"${this.#room}"}`);
  }

  sendOffer(to: string, sdpJson: string): void {
    this.#signal('offer', to, `{"type":"offer","sdp":${sdpJson}}`);
  }

  sendAnswer(to: string, sdpJson: string): void {
    this.#signal('answer', to, `{"type":"answer","sdp":${sdpJson}}`);
  }

  sendCandidates(to: string, candidatesJson: string): void {
    this.#signal('candidates', to, `[${candidatesJson}]`);
  }

  setMedia(audio: boolean): void {
    this.#wire?.send(
      `{"type":"media","room":"${this.#room}","media":{"audio":${audio},"video":true}}`,
    );
  }

  settled(): boolean {
    return true;
  }

  close(): void {
    this.#wire?.close();
  }

  frame(text: string): void {
    if (text.startsWith('{"type":"candidates"')) {
      eachCandidate(text, this.hooks.candidate);
    } else if (text.startsWith('{"type":"updated"')) {
      this.hooks.updated();
    } else {
      const message = JSON.parse(text);
      if (message.type === 'offer') this.hooks.offer(message.from);
      else if (message.type === 'answer') this.hooks.answer(message.from);
      else if (message.type === 'joined') this.hooks.joined(message.participant.id);
      else if (message.type === 'left') this.hooks.left(message.id);
      else if (message.type === 'snapshot') {
        const others = message.participants.map((participant: { id: string }) => participant.id);
        this.id = message.self;
        this.#snapshot?.({ self: message.self, others });
      } else this.hooks.failed(`unexpected ${text.slice(0, 200)}`);
    }
  }

  closed(why: string): void {
    this.hooks.failed(why);
  }

  #signal(kind: string, to: string, payload: string): void {
    this.#wire?.send(
      `{"type":"signal","room":"${this.#room}","to":"${to}","kind":"${kind}","payload":${payload}}`,
    );
  }
}

/** JSON over a bare WebSocket, as `peers/ws-relay` speaks it. */
export function wsRelay(port: number): Protocol {
  let rooms = 0;
  return {
    acknowledges: false,
    nodes: 1,
    presence: true,
    participant: (user) => new RelayParticipant({ host: '127.0.0.1', port, path: '/' }, user),
    createRoom: async () => `room-${++rooms}`,
  };
}
