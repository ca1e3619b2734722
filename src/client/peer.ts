import { CandidateBatch } from './candidate-batch.ts';
import { EarlyCandidates } from './early-candidates.ts';
import type { IceCandidateInput } from './generated/graphql.ts';

/** What a participant sends, each over a transceiver of its own for as long as the peer lasts. */
export type MediaSlot = 'audio' | 'video' | 'screen';

/** `connecting` until media can flow for the first time, `reconnecting` whenever it cannot later. */
export type PeerState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** What a peer connection says to the other side, by way of the server. */
export interface PeerSignals {
  sendOffer(sdp: string): void;
  sendAnswer(sdp: string): void;
  sendCandidates(candidates: IceCandidateInput[]): void;
}

export interface PeerOptions {
  /** The polite side of a pair sends the first offer, and gives way when both offer at once. */
  readonly polite: boolean;
  readonly configuration: RTCConfiguration;
  readonly signals: PeerSignals;
  /** Whether what is sent now goes out soon. While it does not, repairs wait for {@link Peer.resume}. */
  readonly canSignal: () => boolean;
  readonly tracks: Readonly<Record<MediaSlot, MediaStreamTrack | null>>;
  readonly onState: (state: PeerState) => void;
  /** {@link Peer.remoteTracks} has changed. */
  readonly onTracks: () => void;
  readonly onError: (error: unknown) => void;
}

const SLOTS: readonly MediaSlot[] = ['audio', 'video', 'screen'];
const CANDIDATE_WINDOW_MS = 20;
/** Without an answer for this long, an offer is sent again. */
const ANSWER_WAIT_MS = 10_000;
/** How long a transport may be `disconnected` before it is repaired: most come back by themselves. */
const DISCONNECTED_MS = 2_500;
/** How long a connection or a repair may take before the next one. */
const REPAIR_MS = 10_000;
/** The impolite side leaves the polite one this much time, so that seldom both repair at once. */
const IMPOLITE_DELAY_MS = 1_500;

/**
 * The media connection to one other participant, negotiated perfectly as in W3C's WebRTC (10.7): either side may negotiate at any time, and two offers that cross always settle. It repairs itself by an ICE restart when
 * the transport fails. Tracks are swapped without negotiating, since each slot has its transceiver from the start.
 */
export class Peer {
  readonly #options: PeerOptions;
  readonly #connection: RTCPeerConnection;
  readonly #candidates: CandidateBatch<IceCandidateInput>;
  readonly #transceivers = new Map<MediaSlot, RTCRtpTransceiver>();
  readonly #tracks: Record<MediaSlot, MediaStreamTrack | null>;
  /** What came from the other side is worked off one by one, in order. */
  #incoming: Promise<void> = Promise.resolve();
  readonly #early: EarlyCandidates;
  #state: PeerState = 'connecting';
  #makingOffer = false;
  #repairTimer: ReturnType<typeof setTimeout> | null = null;
  #answerTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#tracks = { ...options.tracks };
    this.#early = new EarlyCandidates((error) => this.#options.onError(error));
    this.#candidates = new CandidateBatch(CANDIDATE_WINDOW_MS, (candidates) =>
      options.signals.sendCandidates(candidates),
    );
    const connection = new RTCPeerConnection(options.configuration);
    this.#connection = connection;
    connection.onnegotiationneeded = () => void this.#offer();
    connection.onicecandidate = ({ candidate }) => this.#gathered(candidate);
    connection.onconnectionstatechange = () => this.#transportChanged();
    connection.onsignalingstatechange = () => this.#awaitAnswer();
    if (options.polite) {
      for (const slot of SLOTS) this.#openSlot(slot);
    }
    this.#repairIn(REPAIR_MS);
  }

  get state(): PeerState {
    return this.#state;
  }

  /** The connection itself, to read from: statistics, senders, states. */
  get connection(): RTCPeerConnection {
    return this.#connection;
  }

  /** The other side's tracks, as soon as there are any. They last as long as the peer, whether they flow or not. */
  get remoteTracks(): Partial<Record<MediaSlot, MediaStreamTrack>> {
    const entries = [...this.#transceivers].map(([slot, { receiver }]) => [slot, receiver.track]);
    return Object.fromEntries(entries);
  }

  /** What sends this side's track of a slot, as soon as there is one; its limits can be set. */
  sender(slot: MediaSlot): RTCRtpSender | undefined {
    return this.#transceivers.get(slot)?.sender;
  }

  /** What receives the other side's track of a slot, as soon as there is one. */
  receiver(slot: MediaSlot): RTCRtpReceiver | undefined {
    return this.#transceivers.get(slot)?.receiver;
  }

  receiveOffer(sdp: string): void {
    this.#enqueue(() => this.#describe({ type: 'offer', sdp }));
  }

  receiveAnswer(sdp: string): void {
    this.#enqueue(() => this.#describe({ type: 'answer', sdp }));
  }

  /** An empty `candidate` means end of candidates. Those that come before the description wait for it. */
  receiveCandidates(candidates: readonly IceCandidateInput[]): void {
    this.#enqueue(async () => {
      this.#early.add(candidates);
      await this.#early.apply(this.#connection);
    });
  }

  /** Sends `track` in its slot from now on; null sends nothing. No negotiation is needed. */
  async setTrack(slot: MediaSlot, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[slot] = track;
    await this.#transceivers.get(slot)?.sender.replaceTrack(track);
  }

  /** Uses other servers, or another way, from the next gathering on. */
  configure(change: Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>): void {
    this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), ...change });
  }

  /**
   * Signals flow again: repairs what broke meanwhile.
   * @param gapless whether none was lost; otherwise an offer without an answer is sent again
   */
  resume(gapless: boolean): void {
    if (this.#state === 'closed') return;
    if (!gapless && this.#connection.signalingState === 'have-local-offer') this.#repeatOffer();
    else if (this.#state === 'reconnecting') this.#repairIn(0);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#setState('closed');
    this.#candidates.clear();
    clearTimeout(this.#repairTimer ?? undefined);
    clearTimeout(this.#answerTimer ?? undefined);
    this.#connection.close();
  }

  #enqueue(step: () => Promise<void>): void {
    this.#incoming = this.#incoming.then(async () => {
      if (this.#state === 'closed') return;
      try {
        await step();
      } catch (error) {
        if (this.#connection.signalingState !== 'closed') this.#options.onError(error);
      }
    });
  }

  async #offer(): Promise<void> {
    try {
      this.#makingOffer = true;
      await this.#connection.setLocalDescription();
      this.#sendDescription();
    } catch (error) {
      if (this.#connection.signalingState !== 'closed') this.#options.onError(error);
    } finally {
      this.#makingOffer = false;
    }
  }

  async #describe(description: RTCSessionDescriptionInit): Promise<void> {
    const connection = this.#connection;
    const { signalingState } = connection;
    // An answer to an offer that was sent twice comes twice.
    if (description.type === 'answer' && signalingState !== 'have-local-offer') return;
    const collision = this.#makingOffer || signalingState !== 'stable';
    if (description.type === 'offer' && collision && !this.#options.polite) return;
    await connection.setRemoteDescription(description);
    if (description.type === 'offer') {
      await this.#fillSlots();
      await connection.setLocalDescription();
      this.#sendDescription();
    }
    await this.#early.apply(connection);
  }

  #sendDescription(): void {
    const description = this.#connection.localDescription;
    if (description === null) return;
    if (description.type === 'offer') this.#options.signals.sendOffer(description.sdp);
    else this.#options.signals.sendAnswer(description.sdp);
  }

  #openSlot(slot: MediaSlot): void {
    const track = this.#tracks[slot];
    const kind = slot === 'audio' ? 'audio' : 'video';
    const transceiver = this.#connection.addTransceiver(track ?? kind, { direction: 'sendrecv' });
    this.#transceivers.set(slot, transceiver);
  }

  /**
   * Takes the transceivers that the other side's offer made, by kind and in order, for the slots that have none in
   * use yet.
   */
  async #fillSlots(): Promise<void> {
    const taken = new Set(this.#transceivers.values());
    const free = this.#connection
      .getTransceivers()
      .filter((transceiver) => !taken.has(transceiver) && transceiver.mid !== null);
    const empty = SLOTS.filter((slot) => (this.#transceivers.get(slot)?.mid ?? null) === null);
    for (const slot of empty) {
      const kind = slot === 'audio' ? 'audio' : 'video';
      const index = free.findIndex(({ receiver }) => receiver.track.kind === kind);
      const [transceiver] = index < 0 ? [] : free.splice(index, 1);
      const unused = this.#transceivers.get(slot);
      if (transceiver === undefined) {
        if (unused === undefined) this.#openSlot(slot);
        continue;
      }
      unused?.stop();
      transceiver.direction = 'sendrecv';
      this.#transceivers.set(slot, transceiver);
      await transceiver.sender.replaceTrack(this.#tracks[slot]);
    }
    if (empty.length > 0) this.#options.onTracks();
  }

  #gathered(candidate: RTCIceCandidate | null): void {
    // Some browsers tell the end twice: by an empty candidate, then by null.
    if (candidate?.candidate === '') return;
    if (candidate === null) {
      this.#candidates.add({ candidate: '' });
      return;
    }
    const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    this.#candidates.add({
      candidate: candidate.candidate,
      sdpMid,
      sdpMLineIndex,
      usernameFragment,
    });
  }

  #awaitAnswer(): void {
    clearTimeout(this.#answerTimer ?? undefined);
    if (this.#connection.signalingState !== 'have-local-offer') return;
    this.#answerTimer = setTimeout(() => this.#repeatOffer(), ANSWER_WAIT_MS);
  }

  #repeatOffer(): void {
    if (this.#connection.signalingState !== 'have-local-offer') return;
    if (this.#options.canSignal()) this.#sendDescription();
    this.#awaitAnswer();
  }

  #transportChanged(): void {
    const { connectionState } = this.#connection;
    if (connectionState === 'connected') {
      clearTimeout(this.#repairTimer ?? undefined);
      this.#repairTimer = null;
      this.#setState('connected');
    } else if (connectionState === 'disconnected' || connectionState === 'failed') {
      if (this.#state === 'connected') this.#setState('reconnecting');
      this.#repairIn(connectionState === 'failed' ? 0 : DISCONNECTED_MS);
    }
  }

  #repairIn(ms: number): void {
    clearTimeout(this.#repairTimer ?? undefined);
    const delayMs = ms + (this.#options.polite ? 0 : IMPOLITE_DELAY_MS);
    this.#repairTimer = setTimeout(() => {
      const { connectionState, remoteDescription } = this.#connection;
      if (connectionState === 'connected' || this.#state === 'closed') return;
      // The impolite side has nothing to restart before the first offer came.
      if (this.#options.canSignal() && remoteDescription !== null) this.#connection.restartIce();
      this.#repairIn(REPAIR_MS);
    }, delayMs);
  }

  #setState(state: PeerState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
