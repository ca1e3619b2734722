import { type Participant, type Protocol, type Snapshot, unexpected } from '../participant.ts';
import { eachCandidate } from '../payload.ts';
import { Wire, type WireListener } from '../wire.ts';

class PeerJsParticipant implements Participant, WireListener {
  hooks = unexpected;
  #wire: Wire | null = null;
  #opened: (() => void) | null = null;
  readonly #port: number;
  readonly id: string;
  readonly #inRoom: Map<string, string[]>;

  constructor(port: number, id: string, inRoom: Map<string, string[]>) {
    this.#port = port;
    this.id = id;
    this.#inRoom = inRoom;
  }

  async open(): Promise<void> {
    const opened = new Promise<void>((resolve) => {
      this.#opened = resolve;
    });
    const path = `/peerjs?key=peerjs&id=${this.id}&token=${this.id}&version=1.5.5`;
    this.#wire = new Wire({ host: '127.0.0.1', port: this.#port, path }, this);
    await this.#wire.opened;
    await opened;
  }

  // There are no rooms: users exchange their ids by other means.
  async join(room: string): Promise<Snapshot> {
    const ids = this.#inRoom.get(room) ?? [];
    const others = ids.filter((id) => id !== this.id);
    this.#inRoom.set(room, [...others, this.id]);
    return { self: this.id, others };
  }

  leave(): void {}

  sendOffer(to: string, sdpJson: string): void {
    this.#signal('OFFER', to, `{"sdp":{"type":"offer","sdp":${sdpJson}},"type":"data"}`);
  }

  sendAnswer(to: string, sdpJson: string): void {
    this.#signal('ANSWER', to, `{"sdp":{"type":"answer","sdp":${sdpJson}},"type":"data"}`);
  }

  sendCandidates(to: string, candidatesJson: string): void {
    this.#signal('CANDIDATE', to, `{"candidates":[${candidatesJson}],"type":"data"}`);
  }

  setMedia(): void {
    throw new Error('PeerServer has no presence');
  }

  settled(): boolean {
    return true;
  }

  close(): void {
    this.#wire?.close();
  }

  frame(text: string): void {
    if (text.startsWith('{"type":"CANDIDATE"')) eachCandidate(text, this.hooks.candidate);
    else {
      const message = JSON.parse(text);
      if (message.type === 'OFFER') this.hooks.offer(message.src);
      else if (message.type === 'ANSWER') this.hooks.answer(message.src);
      else if (message.type === 'OPEN') this.#opened?.();
      else this.hooks.failed(`unexpected ${text.slice(0, 200)}`);
    }
  }

  closed(why: string): void {
    this.hooks.failed(why);
  }

  #signal(type: string, to: string, payload: string): void {
    this.#wire?.send(`{"type":"${type}","payload":${payload},"dst":"${to}"}`);
  }
}

/** The PeerJS server's messages. */
export function peerJs(port: number): Protocol {
  const inRoom = new Map<string, string[]>();
  let rooms = 0;
  let peers = 0;
  return {
    acknowledges: false,
    nodes: 1,
    presence: false,
    participant: () => new PeerJsParticipant(port, `peer-${++peers}`, inRoom),
    createRoom: async () => `room-${++rooms}`,
  };
}
