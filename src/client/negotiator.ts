import { CandidateBatch } from './candidate-batch.ts';
import { type DataChannels, hasDataChannels, openDataChannels } from './data-channels.ts';
import { EarlyCandidates } from './early-candidates.ts';
import { applyFirstOffer, type FirstOffer } from './first-offer.ts';
import type { IceCandidateInput } from './generated/graphql.ts';
import { type MediaSlot, type PeerSignals, SLOTS } from './peer-options.ts';
import {
  type DtlsRole,
  markIn,
  oppositeOf,
  roleIn,
  withMark,
  withRole,
} from './session-description.ts';
import { prefersH264, putH264First, withH264First } from './video-codec.ts';

export interface NegotiatorOptions {
  /** Gives way when both offer at once. */
  readonly polite: boolean;
  /** Makes the first offer; otherwise the other side does. */
  readonly begins: boolean;
  /** The first offer, if the other side has got it already. */
  readonly firstOffer: FirstOffer | null;
  /** The number of this connection between the two peers, from 0. */
  readonly number: number;
  readonly configuration: RTCConfiguration;
  readonly signals: PeerSignals;
  readonly canSignal: () => boolean;
  readonly tracks: Readonly<Record<MediaSlot, MediaStreamTrack | null>>;
  readonly onTransport: () => void;
  readonly onTracks: () => void;
  readonly onChannels?: (channels: DataChannels) => void;
  readonly onCandidateError: (code: number) => void;
  /** The browser refused a candidate of the other side. */
  readonly onCandidateRefused: (error: unknown) => void;
  /** A description, of either side, could not be applied. */
  readonly onRefused: (error: unknown) => void;
}

/** A browser finds its own addresses within a millisecond or two. */
const CANDIDATE_WINDOW_MS = 3;
/** How long an offer waits for its first candidates, to carry them. */
const FIRST_CANDIDATE_MS = 15;
/** An offer without an answer is sent again after this long. */
const ANSWER_WAIT_MS = 10_000;

/**
 * One connection to one other participant, with perfect negotiation (W3C WebRTC, 10.7): either side may negotiate at
 * any time, and two offers that cross always settle. Every offer after the first keeps the DTLS role of this side.
 */
export class Negotiator {
  readonly connection: RTCPeerConnection;
  readonly #options: NegotiatorOptions;
  readonly #candidates: CandidateBatch<IceCandidateInput>;
  readonly #transceivers: Map<MediaSlot, RTCRtpTransceiver>;
  /** Resolves when a first offer that is out already is the local description. */
  readonly #begun: Promise<void> | undefined;
  readonly #early: EarlyCandidates;
  #role: DtlsRole | null = null;
  #makingOffer = false;
  #hasChannels = false;
  /** The number of offers made so far. An answer is for the last of them. */
  #offers = 0;
  /** The number of the other side's offer that was answered last; null when its offers have no numbers. */
  #answered: number | null = null;
  #answerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: NegotiatorOptions) {
    this.#options = options;
    this.#early = new EarlyCandidates(options.onCandidateRefused);
    this.#candidates = new CandidateBatch(CANDIDATE_WINDOW_MS, (candidates) =>
      options.signals.sendCandidates(candidates),
    );
    const { firstOffer } = options;
    const connection = firstOffer?.connection ?? new RTCPeerConnection(options.configuration);
    this.connection = connection;
    this.#transceivers = firstOffer?.transceivers ?? new Map();
    connection.onnegotiationneeded = () => void this.offer();
    connection.onicecandidate = ({ candidate }) => this.#gathered(candidate);
    connection.onicecandidateerror = ({ errorCode }) => options.onCandidateError(errorCode);
    connection.onconnectionstatechange = () => options.onTransport();
    connection.onsignalingstatechange = () => this.#awaitAnswer();
    if (firstOffer !== null) {
      this.#hasChannels = true;
      options.onChannels?.(firstOffer.channels);
      this.#begun = this.offer(firstOffer);
    } else if (options.begins) {
      for (const slot of SLOTS) this.#openSlot(slot);
      this.#openChannels();
    }
  }

  get transceivers(): ReadonlyMap<MediaSlot, RTCRtpTransceiver> {
    return this.#transceivers;
  }

  /**
   * Makes an offer and sends it, with the candidates that are found at once.
   * @param first an offer that is out already: only its candidates are sent
   */
  async offer(first: FirstOffer | null = null): Promise<void> {
    const { connection } = this;
    this.#offers += 1;
    const made = this.#offers;
    this.#makingOffer = true;
    try {
      if (first !== null) {
        const { configuration, tracks } = this.#options;
        return await applyFirstOffer(first, configuration, tracks);
      }
      if (await prefersH264()) putH264First(connection);
      await connection.setLocalDescription();
      await this.#firstCandidates();
      // Meanwhile the offer may have given way, and a new one may have been made.
      if (this.#offers === made && connection.signalingState === 'have-local-offer') {
        this.#send('offer');
      }
    } catch (error) {
      this.#refused(error);
    } finally {
      if (this.#offers === made) this.#makingOffer = false;
    }
  }

  /**
   * Applies a description of the other side, and answers an offer.
   * @returns whether it was applied
   */
  async describe(description: { type: 'offer' | 'answer'; sdp: string }): Promise<boolean> {
    const { connection } = this;
    const { type } = description;
    await this.#begun;
    const offer = markIn(description.sdp)?.offer ?? null;
    // An offer that was sent twice gets two answers; the second may come after a newer offer.
    const late =
      connection.signalingState !== 'have-local-offer' || (offer ?? this.#offers) !== this.#offers;
    if (type === 'answer' && late) return false;
    const collision = this.#makingOffer || connection.signalingState !== 'stable';
    if (type === 'offer' && collision && !this.#options.polite) return false;
    try {
      const held = this.#role === null ? null : oppositeOf(this.#role);
      const h264 = await prefersH264();
      const given = h264 ? withH264First(description.sdp) : description.sdp;
      const sdp = type === 'offer' ? withRole(given, held) : given;
      await connection.setRemoteDescription({ type, sdp });
      if (type === 'offer') {
        this.#answered = offer;
        await this.#fillSlots();
        if (hasDataChannels(sdp)) this.#openChannels();
        if (h264) putH264First(connection);
        await connection.setLocalDescription();
        this.#role = roleIn(connection.currentLocalDescription?.sdp ?? '') ?? this.#role;
        this.#send('answer');
      } else {
        const theirs = roleIn(sdp);
        if (theirs !== null) this.#role = oppositeOf(theirs);
      }
    } catch (error) {
      this.#refused(error);
      return false;
    }
    await this.#early.apply(connection);
    return true;
  }

  /** Candidates that come before their description wait for it. */
  async addCandidates(candidates: readonly RTCIceCandidateInit[]): Promise<void> {
    this.#early.add(candidates);
    await this.#early.apply(this.connection);
  }

  /** Finds new paths between the two. An offer that still waits for its answer is sent again first. */
  restartIce(): void {
    this.repeatOffer();
    this.connection.restartIce();
  }

  /** Sends an unanswered offer again. */
  repeatOffer(): void {
    if (this.connection.signalingState !== 'have-local-offer' || this.#makingOffer) return;
    if (this.#options.canSignal()) this.#send('offer');
    this.#awaitAnswer();
  }

  /** Rolls back an offer whose answer could not be applied, and makes another. */
  async offerAnew(): Promise<void> {
    try {
      await this.connection.setLocalDescription({ type: 'rollback' });
    } catch (error) {
      this.#refused(error);
      return;
    }
    await this.offer();
  }

  close(): void {
    this.#candidates.clear();
    clearTimeout(this.#answerTimer);
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }

  #refused(error: unknown): void {
    if (this.connection.signalingState !== 'closed') this.#options.onRefused(error);
  }

  #send(type: 'offer' | 'answer'): void {
    const { currentLocalDescription, pendingLocalDescription, iceGatheringState } = this.connection;
    const description = type === 'offer' ? pendingLocalDescription : currentLocalDescription;
    if (description === null || description.type !== type) return;
    // The description carries these candidates already.
    this.#candidates.clear();
    const offer = type === 'offer' ? this.#offers : this.#answered;
    const { number } = this.#options;
    const sdp =
      offer === null ? description.sdp : withMark(description.sdp, { connection: number, offer });
    if (type === 'offer') this.#options.signals.sendOffer(withRole(sdp, this.#role));
    else this.#options.signals.sendAnswer(sdp);
    if (iceGatheringState === 'complete') this.#candidates.add({ candidate: '' });
  }

  #firstCandidates(): Promise<void> {
    const { connection } = this;
    if (connection.iceGatheringState === 'complete') return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        connection.removeEventListener('icecandidate', done);
        resolve();
      };
      const timer = setTimeout(done, FIRST_CANDIDATE_MS);
      connection.addEventListener('icecandidate', done);
    });
  }

  /** Only for the first description: afterwards it would take another negotiation. */
  #openChannels(): void {
    const { onChannels } = this.#options;
    if (onChannels === undefined || this.#hasChannels) return;
    this.#hasChannels = true;
    onChannels(openDataChannels(this.connection));
  }

  #openSlot(slot: MediaSlot): void {
    const track = this.#options.tracks[slot];
    const kind = slot === 'audio' ? 'audio' : 'video';
    const transceiver = this.connection.addTransceiver(track ?? kind, { direction: 'sendrecv' });
    this.#transceivers.set(slot, transceiver);
  }

  /**
   * Gives the transceivers that the other side's offer created to the slots that have none in use yet, by kind and in
   * order.
   */
  async #fillSlots(): Promise<void> {
    const taken = new Set(this.#transceivers.values());
    const free = this.connection
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
      await transceiver.sender.replaceTrack(this.#options.tracks[slot]);
    }
    if (empty.length > 0) this.#options.onTracks();
  }

  #gathered(candidate: RTCIceCandidate | null): void {
    // Some browsers signal the end twice: with an empty candidate, then with null.
    if (candidate?.candidate === '') return;
    this.#candidates.add({ candidate: '', ...candidate?.toJSON() });
  }

  #awaitAnswer(): void {
    clearTimeout(this.#answerTimer);
    if (this.connection.signalingState !== 'have-local-offer') return;
    this.#answerTimer = setTimeout(() => this.repeatOffer(), ANSWER_WAIT_MS);
  }
}
