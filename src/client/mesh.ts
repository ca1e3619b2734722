import type { ReceivedData } from './call-data.ts';
import type { FirstOffer } from './first-offer.ts';
import type { EndReason, IceServersFieldsFragment } from './generated/graphql.ts';
import type { IncomingFile } from './incoming-file.ts';
import type { MediaSlot, PeerOptions } from './peer.ts';
import {
  type Participant,
  RemoteParticipant,
  type RemoteParticipantView,
} from './remote-participant.ts';
import { gone } from './room-end.ts';
import type { RoomLink } from './room-link.ts';
import type { RoomEvent, RoomSnapshot } from './room-link-events.ts';
import { videoLimits } from './video-limits.ts';

export interface MeshOptions {
  readonly link: RoomLink;
  /** The offer that went out with the join, and belongs to the mesh from now on. */
  readonly firstOffer: FirstOffer | null;
  readonly rtcConfiguration: Omit<RTCConfiguration, 'iceServers'>;
  /** What all sent video together may use of the uplink, in bits a second. */
  readonly uplinkBitrate: number;
  /** A participant who cannot be reached for this long, in milliseconds, counts as failed. Default 15,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** The tracks to send to somebody who joins now. */
  readonly tracks: () => PeerOptions['tracks'];
  readonly onJoined: (view: RemoteParticipantView) => void;
  readonly onUpdated: (view: RemoteParticipantView) => void;
  readonly onLeft: (view: RemoteParticipantView, reason: EndReason) => void;
  readonly onData: (received: ReceivedData) => void;
  /** Returns whether anybody was told of the file. */
  readonly onFile: (file: IncomingFile) => boolean;
  readonly onError: (error: unknown) => void;
}

/** How long somebody may take to come back whose stay is gone and whose media still flows. */
const SUSPENDED_MS = 30_000;

/**
 * The others in a room, with a media connection to each. After a resume, events may repeat what a snapshot already
 * said, so they are applied by id.
 */
export class Mesh {
  readonly #options: MeshOptions;
  readonly #others = new Map<string, RemoteParticipant>();
  /** Stays that the server no longer knows and whose media still flows, with the timer that gives them up. */
  readonly #suspended = new Map<string, ReturnType<typeof setTimeout>>();
  #self: Participant;
  #iceServers: RTCIceServer[] = [];
  #relayOnly = false;
  #firstOffer: FirstOffer | null;
  #closed = false;

  constructor(self: Participant, options: MeshOptions) {
    this.#self = self;
    this.#options = options;
    this.#firstOffer = options.firstOffer;
  }

  /** The others as of now, in the order in which they joined. */
  get views(): RemoteParticipantView[] {
    const views = [...this.#others.values()].map((other) => other.view());
    return views.sort((a, b) => a.joinOrder - b.joinOrder);
  }

  /** The others by id, as of now. */
  get others(): ReadonlyMap<string, RemoteParticipant> {
    return this.#others;
  }

  receive(event: RoomEvent): void {
    if (this.#closed) return;
    switch (event.__typename) {
      case 'RoomSnapshot':
        this.#reconcile(event);
        break;
      case 'ParticipantJoined':
        this.#upsert(event.participant);
        break;
      case 'ParticipantUpdated':
        if (event.participant.id === this.#self.id) this.#self = event.participant;
        // Somebody unknown here has left since: the snapshot already knew, and a later event says so.
        this.#others.get(event.participant.id)?.update(event.participant);
        break;
      case 'ParticipantLeft':
        this.#remove(event.participant.id, event.reason);
        break;
      case 'RoomUpdated':
        this.#setRelayOnly(event.room.relayOnly);
        break;
      case 'IceServersRefreshed':
        this.#renewIceServers(event.iceServers);
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
    }
  }

  /** Sends `track` to everybody in its slot from now on. */
  setTrack(slot: MediaSlot, track: MediaStreamTrack | null): void {
    for (const { peer } of this.#others.values()) {
      peer.setTrack(slot, track).catch(this.#options.onError);
    }
    if (slot === 'screen') this.#limitVideo();
  }

  close(): void {
    this.#closed = true;
    for (const other of this.#others.values()) other.close();
    for (const giveUp of this.#suspended.values()) clearTimeout(giveUp);
    this.#others.clear();
    this.#suspended.clear();
    this.#dropFirstOffer();
  }

  #reconcile(snapshot: RoomSnapshot): void {
    const { room, self, participants, iceServers, recovered, offeredTo } = snapshot;
    const remade = self.id !== this.#self.id;
    this.#self = self;
    this.#iceServers = rtcIceServers(iceServers.servers);
    this.#setRelayOnly(room.relayOnly);
    const present = new Set(participants.map(({ id }) => id));
    for (const [id, other] of this.#others) {
      if (remade || !present.has(id)) this.#suspend(id, other);
      else {
        other.peer.configure({ iceServers: this.#iceServers });
        other.peer.resume(recovered);
      }
    }
    for (const participant of participants) {
      this.#upsert(participant, participant.id === offeredTo);
    }
    this.#dropFirstOffer();
  }

  /** Nobody has got it. */
  #dropFirstOffer(): void {
    this.#firstOffer?.connection.close();
    this.#firstOffer = null;
  }

  #renewIceServers({ servers }: IceServersFieldsFragment): void {
    this.#iceServers = rtcIceServers(servers);
    for (const other of this.#others.values()) {
      other.renewIceServers(this.#iceServers).catch(this.#options.onError);
    }
  }

  /** Existing connections gather candidates anew and leave the path that is no longer allowed. */
  #setRelayOnly(relayOnly: boolean): void {
    if (relayOnly === this.#relayOnly) return;
    this.#relayOnly = relayOnly;
    for (const { peer } of this.#others.values()) {
      peer.configure(this.#transportPolicy());
      peer.connection.restartIce();
    }
  }

  #transportPolicy(): Pick<RTCConfiguration, 'iceTransportPolicy'> {
    const { iceTransportPolicy = 'all' } = this.#options.rtcConfiguration;
    return { iceTransportPolicy: this.#relayOnly ? 'relay' : iceTransportPolicy };
  }

  *#everybody(): Iterable<Participant> {
    yield this.#self;
    for (const { participant } of this.#others.values()) yield participant;
  }

  #upsert(participant: Participant, hasFirstOffer = false): void {
    const { id } = participant;
    // A listener may have ended the call when it was told of the previous participant.
    if (id === this.#self.id || this.#closed) return;
    const known = this.#others.get(id);
    // Suspended and there: only one's own stay is new, so the other side waits for a connection to it.
    if (known !== undefined && !this.#suspended.has(id)) {
      known.update(participant);
      return;
    }
    const { link, rtcConfiguration, tracks, onUpdated, onError, onJoined } = this.#options;
    const { onData, onFile } = this.#options;
    const { connectTimeoutMs } = this.#options;
    const predecessor = this.#succeed(participant);
    const firstOffer = hasFirstOffer ? this.#firstOffer : null;
    if (hasFirstOffer) this.#firstOffer = null;
    const other: RemoteParticipant = new RemoteParticipant(participant, {
      polite: this.#self.joinOrder > participant.joinOrder,
      firstOffer,
      configuration: {
        ...rtcConfiguration,
        ...this.#transportPolicy(),
        iceServers: this.#iceServers,
      },
      tracks: tracks(),
      link,
      everybody: () => this.#everybody(),
      predecessor,
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      // When media stops, the connection to the server may be dead as well.
      onSilence: () => link.probe(),
      onChange: (view) => {
        if (this.#others.get(id) !== other) return;
        if (this.#suspended.has(id) && view.peerState !== 'connected') {
          this.#remove(id, 'DISCONNECTED');
        } else {
          onUpdated(view);
        }
      },
      onMessage: (data, reliable) => onData({ from: id, data, reliable }),
      onFile,
      onError,
    });
    this.#others.set(id, other);
    this.#limitVideo();
    onJoined(other.view());
  }

  /**
   * The server no longer knows this stay, because it was restarted or the grace is over. While media still flows, the
   * person will be back in a moment with a new stay, and is shown until then.
   */
  #suspend(id: string, other: RemoteParticipant): void {
    if (other.peer.state !== 'connected') {
      this.#remove(id, 'DISCONNECTED');
      return;
    }
    if (this.#suspended.has(id)) return;
    const giveUp = setTimeout(() => this.#remove(id, 'DISCONNECTED'), SUSPENDED_MS);
    this.#suspended.set(id, giveUp);
    other.detach();
  }

  /** Takes the suspended stay of the same user out of the room, and keeps its media for the new stay. */
  #succeed({ user }: Participant): RemoteParticipant | null {
    for (const id of this.#suspended.keys()) {
      const other = this.#others.get(id);
      if (other?.userId === user.id) return this.#takeOut(id, 'DISCONNECTED');
    }
    return null;
  }

  #remove(id: string, reason: EndReason): void {
    this.#takeOut(id, reason)?.close();
  }

  #takeOut(id: string, reason: EndReason): RemoteParticipant | null {
    const other = this.#others.get(id);
    if (other === undefined) return null;
    this.#others.delete(id);
    clearTimeout(this.#suspended.get(id));
    this.#suspended.delete(id);
    other.data.close(gone());
    this.#limitVideo();
    this.#options.onLeft(other.view(), reason);
    return other;
  }

  /** Each participant gets a separate copy: the more there are, the less bitrate for each. */
  #limitVideo(): void {
    const { uplinkBitrate, tracks } = this.#options;
    const limits = videoLimits(this.#others.size, uplinkBitrate, tracks().screen !== null);
    for (const other of this.#others.values()) other.limitVideo(limits);
  }
}

function rtcIceServers(servers: IceServersFieldsFragment['servers']): RTCIceServer[] {
  return servers.map(({ urls, username, credential }) => ({
    urls: [...urls],
    ...(username === null ? {} : { username }),
    ...(credential === null ? {} : { credential }),
  }));
}
