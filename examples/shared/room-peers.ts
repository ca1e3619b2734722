import { Peer, type PeerState, type RoomEvent } from '@peerql/client';
import type { IceCandidateInput, ParticipantFieldsFragment } from '@peerql/client/documents';

/** Sends signals to another participant, with any client. */
export interface Signals {
  offer(to: string, sdp: string): Promise<unknown>;
  answer(to: string, sdp: string): Promise<unknown>;
  candidates(to: string, candidates: IceCandidateInput[]): Promise<unknown>;
}

/** Another participant of the room. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly stream: MediaStream;
  readonly state: PeerState;
}

interface Other {
  readonly name: string;
  readonly stream: MediaStream;
  readonly peer: Peer;
}

/**
 * The media connections to everybody in a room, for an application that reads `roomEvents` and sends signals with its
 * own GraphQL client. The negotiation is the SDK's.
 */
export class RoomPeers {
  readonly #media: MediaStream;
  readonly #signals: Signals;
  readonly #changed: (people: Person[]) => void;
  readonly #others = new Map<string, Other>();
  #self: ParticipantFieldsFragment | null = null;
  #iceServers: RTCIceServer[] = [];
  #last = '';

  constructor(media: MediaStream, signals: Signals, changed: (people: Person[]) => void) {
    this.#media = media;
    this.#signals = signals;
    this.#changed = changed;
  }

  /** Pass each event of the subscription to it. A client that resubscribes by itself gets some events twice. */
  receive(event: RoomEvent): void {
    if (!this.#isNew(event)) return;
    switch (event.__typename) {
      case 'RoomSnapshot': {
        const present = new Set(event.participants.map(({ id }) => id));
        const remade = this.#self?.id !== event.self.id;
        this.#self = event.self;
        this.#setIceServers(event.iceServers.servers);
        for (const [id, { peer }] of this.#others) {
          if (remade || !present.has(id)) this.#remove(id);
          else peer.resume(event.recovered);
        }
        for (const participant of event.participants) this.#add(participant);
        break;
      }
      case 'ParticipantJoined':
        this.#add(event.participant);
        break;
      case 'ParticipantLeft':
        this.#remove(event.participant.id);
        break;
      case 'OfferReceived':
        this.#others.get(event.from)?.peer.receiveOffer(event.sdp);
        break;
      case 'AnswerReceived':
        this.#others.get(event.from)?.peer.receiveAnswer(event.sdp);
        break;
      case 'IceCandidatesReceived':
        this.#others.get(event.from)?.peer.receiveCandidates(event.candidates);
        break;
      case 'IceServersRefreshed':
        this.#setIceServers(event.iceServers.servers);
        break;
    }
    this.#tell();
  }

  close(): void {
    for (const { peer } of this.#others.values()) peer.close();
    this.#others.clear();
  }

  #isNew(event: RoomEvent): boolean {
    if (event.__typename === 'RoomSnapshot') {
      if (!event.recovered) this.#last = event.cursor;
      return true;
    }
    if (event.__typename === 'IceServersRefreshed') return true;
    if (event.cursor <= this.#last) return false;
    this.#last = event.cursor;
    return true;
  }

  #add(participant: ParticipantFieldsFragment): void {
    const { id, joinOrder, user } = participant;
    if (this.#self === null || id === this.#self.id || this.#others.has(id)) return;
    const [audio = null] = this.#media.getAudioTracks();
    const [video = null] = this.#media.getVideoTracks();
    const stream = new MediaStream();
    const failed = (error: unknown) => console.warn('Signaling', error);
    const peer = new Peer({
      polite: this.#self.joinOrder > joinOrder,
      configuration: { iceServers: this.#iceServers },
      tracks: { audio, video, screen: null },
      signals: {
        sendOffer: (sdp) => void this.#signals.offer(id, sdp).catch(failed),
        sendAnswer: (sdp) => void this.#signals.answer(id, sdp).catch(failed),
        sendCandidates: (candidates) => void this.#signals.candidates(id, candidates).catch(failed),
      },
      canSignal: () => true,
      onState: () => this.#tell(),
      onTracks: () => {
        const { audio: sound, video: picture } = peer.remoteTracks;
        if (sound !== undefined) stream.addTrack(sound);
        if (picture !== undefined) stream.addTrack(picture);
        this.#tell();
      },
      onError: failed,
    });
    this.#others.set(id, { name: user.name, stream, peer });
    const { audio: sound, video: picture } = peer.remoteTracks;
    if (sound !== undefined) stream.addTrack(sound);
    if (picture !== undefined) stream.addTrack(picture);
  }

  #remove(id: string): void {
    this.#others.get(id)?.peer.close();
    this.#others.delete(id);
  }

  #setIceServers(
    servers: readonly {
      readonly urls: readonly string[];
      readonly username: string | null;
      readonly credential: string | null;
    }[],
  ): void {
    this.#iceServers = servers.map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username !== null && { username }),
      ...(credential !== null && { credential }),
    }));
    for (const { peer } of this.#others.values()) peer.configure({ iceServers: this.#iceServers });
  }

  #tell(): void {
    const people = [...this.#others].map(([id, { name, stream, peer }]) => ({
      id,
      name,
      stream,
      state: peer.state,
    }));
    this.#changed(people);
  }
}
