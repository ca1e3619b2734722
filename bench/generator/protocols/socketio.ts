import { password, postJson } from '../http.ts';
import { type Participant, type Protocol, type Snapshot, unexpected } from '../participant.ts';
import { eachCandidate } from '../payload.ts';
import { type Endpoint, Wire, type WireListener } from '../wire.ts';
import { SocketIoDevice } from './socketio-rings.ts';

// Engine.IO 4 packets: 0 open, 2 ping, 3 pong, 4 message. Socket.IO 5 packets inside a message:
// 0 connect, 2 event, 3 acknowledgement; an id before the payload asks for an acknowledgement.

class SocketIoParticipant implements Participant, WireListener {
  hooks = unexpected;
  id = '';
  #wire: Wire | null = null;
  #room = '';
  #asked = 0;
  #answered = 0;
  #connected: (() => void) | null = null;
  #snapshot: ((snapshot: Snapshot) => void) | null = null;
  readonly #endpoint: Endpoint;
  readonly #user: number;
  readonly #acknowledge: boolean;

  constructor(endpoint: Endpoint, user: number, acknowledge: boolean) {
    this.#endpoint = endpoint;
    this.#user = user;
    this.#acknowledge = acknowledge;
  }

  async open(): Promise<void> {
    const connected = new Promise<void>((resolve) => {
      this.#connected = resolve;
    });
    this.#wire = new Wire(this.#endpoint, this);
    await this.#wire.opened;
    await connected;
  }

  join(room: string): Promise<Snapshot> {
    this.#room = room;
    return new Promise((resolve) => {
      this.#snapshot = resolve;
      this.#emit('join', `{"room":"${room}","name":"user-${this.#user}"}`, false);
    });
  }

  leave(): void {
    this.#emit('leave', `{"room":"${this.#room}"}`, false);
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
    const media = `{"audio":${audio},"video":true}`;
    this.#emit('media', `{"room":"${this.#room}","media":${media}}`, this.#acknowledge);
  }

  settled(): boolean {
    return this.#asked === this.#answered;
  }

  close(): void {
    this.#wire?.close();
  }

  frame(text: string): void {
    if (text.startsWith('42["candidates"')) eachCandidate(text, this.hooks.candidate);
    else if (text.startsWith('43')) this.#acknowledged(text);
    else if (text.startsWith('42["updated"')) this.hooks.updated();
    else if (text === '2') this.#wire?.send('3');
    else if (text.startsWith('0{')) this.#wire?.send('40');
    else if (text.startsWith('40')) this.#connected?.();
    else if (text.startsWith('42')) this.#event(JSON.parse(text.slice(2)));
    else this.hooks.failed(`unexpected ${text.slice(0, 200)}`);
  }

  closed(why: string): void {
    this.hooks.failed(why);
  }

  #acknowledged(text: string): void {
    const bracket = text.indexOf('[');
    const id = Number(text.slice(2, bracket));
    if (id !== this.#answered || !text.startsWith('[{"ok":true', bracket)) {
      this.hooks.failed(`answer ${text} where ${this.#answered} was next`);
    }
    this.#answered++;
    this.hooks.acknowledged();
  }

  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the event's name
  #event([name, message]: [string, any]): void {
    if (name === 'offer') this.hooks.offer(message.from);
    else if (name === 'answer') this.hooks.answer(message.from);
    else if (name === 'joined') this.hooks.joined(message.participant.id);
    else if (name === 'left') this.hooks.left(message.id);
    else if (name === 'snapshot') {
      const others = message.participants.map((participant: { id: string }) => participant.id);
      this.id = message.self;
      this.#snapshot?.({ self: message.self, others });
    } else this.hooks.failed(`unexpected ${name}`);
  }

  #signal(kind: string, to: string, payload: string): void {
    this.#emit(
      kind,
      `{"room":"${this.#room}","to":"${to}","payload":${payload}}`,
      this.#acknowledge,
    );
  }

  #emit(name: string, payload: string, acknowledge: boolean): void {
    this.#wire?.send(`42${acknowledge ? this.#asked++ : ''}["${name}",${payload}]`);
  }
}

/** Socket.IO over its WebSocket transport, asking for acknowledgements or not. */
export function socketIo(ports: readonly number[], acknowledge: boolean): Protocol {
  const [port = 0] = ports;
  const path = '/socket.io/?EIO=4&transport=websocket';
  const endpoint = (node: number) => ({
    host: '127.0.0.1',
    port: ports[node % ports.length] ?? port,
    path,
  });
  let rooms = 0;
  return {
    acknowledges: acknowledge,
    presence: true,
    nodes: ports.length,
    participant: (user, node = user) => new SocketIoParticipant(endpoint(node), user, acknowledge),
    device: async (user) => new SocketIoDevice(endpoint(user), user),
    createRoom: async () => `room-${++rooms}`,
    accounts: {
      register: (email) => credentials(port, '/register', email),
      login: (email) => credentials(port, '/login', email),
    },
  };
}

async function credentials(port: number, path: string, email: string): Promise<boolean> {
  await postJson(port, path, { email, password });
  return true;
}
