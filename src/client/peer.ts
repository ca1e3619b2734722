import { MediaWatch } from './media-watch.ts';
import { Negotiator } from './negotiator.ts';
import { type PeerFailure, WayFinder } from './peer-failure.ts';
import type { MediaSlot, PeerOptions, PeerState } from './peer-options.ts';
import { Repairs } from './repairs.ts';
import { connectionOf } from './session-description.ts';
import { arrivedOn } from './statistics.ts';

export type { MediaSlot, PeerOptions, PeerSignals, PeerState } from './peer-options.ts';

const CONNECT_TIMEOUT_MS = 15_000;
/** How often the arrival of media is checked. */
const LOOK_MS = 250;
/** Without sound for this long, something is wrong: an open microphone sends 50 packets a second. */
const SOUND_GAP_MS = 1_000;
/** Video alone may have longer gaps: a screen on which nothing moves sends one picture a second. */
const PICTURE_GAP_MS = 2_000;
/** Without media for this long, the connection counts as lost. */
const LOST_MS = 3_000;
/** After this many failed descriptions in a row, the connection is made anew. */
const REFUSALS = 2;

/**
 * The media connection to one other participant. When the transport fails or no media arrives, it restarts ICE; if that
 * does not help, both sides make a new connection. Each slot has its own transceiver, so tracks change without negotiation.
 * @example
 * const peer = new Peer({ polite, configuration, signals, canSignal, tracks, onState, onTracks, onError });
 * peer.receiveOffer(sdp);
 */
export class Peer {
  readonly #options: PeerOptions;
  readonly #tracks: Record<MediaSlot, MediaStreamTrack | null>;
  readonly #watch = new MediaWatch();
  readonly #repairs: Repairs;
  readonly #looking: ReturnType<typeof setInterval>;
  #configuration: RTCConfiguration;
  #negotiator: Negotiator;
  /** The number of this connection, from 0. */
  #number = 0;
  #ways: WayFinder;
  /** Descriptions and candidates of the other side are applied one by one, in order. */
  #incoming: Promise<void> = Promise.resolve();
  #state: PeerState = 'connecting';
  #wasConnected = false;
  #refusals = 0;
  #failTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#tracks = { ...options.tracks };
    this.#configuration = options.configuration;
    this.#ways = new WayFinder(this.#configuration);
    this.#repairs = new Repairs({
      polite: options.polite,
      restart: () => this.#restart(),
      rebuild: () => this.#rebuild(),
    });
    this.#negotiator = this.#connect(options.polite);
    this.#repairs.begin();
    this.#awaitWay();
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
  }

  get state(): PeerState {
    return this.#state;
  }

  /** Why the state is `failed`; null while it is not. */
  get failure(): PeerFailure | null {
    return this.#state === 'failed' ? this.#ways.failure(this.connection) : null;
  }

  /** The connection itself, to read statistics, senders and states from. A new connection is another object. */
  get connection(): RTCPeerConnection {
    return this.#negotiator.connection;
  }

  /** The other side's tracks, as soon as there are any. They last as long as the connection, even without media. */
  get remoteTracks(): Partial<Record<MediaSlot, MediaStreamTrack>> {
    const transceivers = [...this.#negotiator.transceivers];
    return Object.fromEntries(transceivers.map(([slot, { receiver }]) => [slot, receiver.track]));
  }

  /** The sender of a slot, as soon as there is one, for example to set limits on it. */
  sender(slot: MediaSlot): RTCRtpSender | undefined {
    return this.#negotiator.transceivers.get(slot)?.sender;
  }

  /** The receiver of a slot, as soon as there is one. */
  receiver(slot: MediaSlot): RTCRtpReceiver | undefined {
    return this.#negotiator.transceivers.get(slot)?.receiver;
  }

  receiveOffer(sdp: string): void {
    this.#enqueue(() => this.#receive({ type: 'offer', sdp }));
  }

  receiveAnswer(sdp: string): void {
    this.#enqueue(() => this.#receive({ type: 'answer', sdp }));
  }

  /** Applies candidates, or keeps them until their description comes. An empty `candidate` is the end of candidates. */
  receiveCandidates(candidates: readonly RTCIceCandidateInit[]): void {
    this.#enqueue(() => this.#negotiator.addCandidates(candidates));
  }

  /** Sends `track` in its slot from now on; null sends nothing. No negotiation is needed. */
  async setTrack(slot: MediaSlot, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks[slot] = track;
    await this.sender(slot)?.replaceTrack(track);
  }

  /** Uses other ICE servers, or another transport policy, from the next gathering on. */
  configure(change: Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>): void {
    this.#configuration = { ...this.#configuration, ...change };
    this.#ways = new WayFinder(this.#configuration);
    this.connection.setConfiguration({ ...this.connection.getConfiguration(), ...change });
  }

  /**
   * Signals can be sent again: repairs what broke meanwhile.
   * @param gapless whether no signal was lost; otherwise an unanswered offer is sent again
   */
  resume(gapless: boolean): void {
    if (this.#state === 'closed') return;
    if (this.#wasConnected && !this.#healthy()) this.#repairs.anew();
    else if (!gapless) this.#negotiator.repeatOffer();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#setState('closed');
    clearInterval(this.#looking);
    clearTimeout(this.#failTimer);
    this.#repairs.stop();
    this.#negotiator.close();
  }

  #connect(begins: boolean): Negotiator {
    const negotiator: Negotiator = new Negotiator({
      ...this.#options,
      begins,
      firstOffer: (this.#number === 0 && this.#options.firstOffer) || null,
      number: this.#number,
      configuration: this.#configuration,
      tracks: this.#tracks,
      onTransport: () => this.#transportChanged(),
      onCandidateRefused: (error) => this.#options.onError(error),
      onCandidateError: (code) => this.#ways.refused(code),
      onRefused: (error) => {
        if (negotiator === this.#negotiator) this.#refused(error);
      },
    });
    return negotiator;
  }

  #enqueue(step: () => Promise<void>): void {
    this.#incoming = this.#incoming.then(async () => {
      if (this.#state === 'closed') return;
      const { connection } = this;
      try {
        await step();
      } catch (error) {
        if (connection.signalingState !== 'closed') this.#options.onError(error);
      }
    });
  }

  async #receive(description: { type: 'offer' | 'answer'; sdp: string }): Promise<void> {
    const known = this.connection.remoteDescription;
    const number = connectionOf(description, known, this.#number);
    // The description belongs to a connection that was given up.
    if (number < this.#number) return;
    if (number > this.#number) this.#replace(number, false);
    const applied = await this.#negotiator.describe(description);
    if (!applied) return;
    this.#refusals = 0;
    if (description.type === 'offer') this.#repairs.helped();
  }

  #refused(error: unknown): void {
    this.#options.onError(error);
    this.#refusals += 1;
    if (this.#refusals >= REFUSALS) this.#repairs.rebuildSoon();
    else if (this.connection.signalingState === 'have-local-offer') {
      void this.#negotiator.offerAnew();
    }
  }

  #restart(): boolean {
    const { connection } = this;
    // The impolite side has nothing to restart before it has received the first offer.
    if (!this.#options.canSignal() || (!this.#options.polite && !connection.remoteDescription)) {
      return false;
    }
    this.#negotiator.restartIce();
    return true;
  }

  #rebuild(): boolean {
    if (!this.#options.canSignal()) return false;
    // Something still arrives: a restart may help, and a new connection would interrupt the other direction.
    const works = this.connection.connectionState === 'connected' && this.#watch.deadMs < LOST_MS;
    if (works && this.#refusals < REFUSALS) return this.#restart();
    this.#replace(this.#number + 1, true);
    return true;
  }

  /** @param begins whether this side makes the first offer; otherwise the other side has made one already */
  #replace(number: number, begins: boolean): void {
    const before = this.#negotiator;
    this.#number = number;
    this.#refusals = 0;
    // With a fixed certificate, the old and the new connection would look the same to the other side.
    const { certificates: _, ...configuration } = this.#configuration;
    this.#configuration = configuration;
    this.#negotiator = this.#connect(begins);
    before.close();
    this.#watch.rest();
    this.#setState(this.#lesser());
    this.#options.onTracks();
  }

  #healthy(): boolean {
    const { connectionState } = this.connection;
    return connectionState === 'connected' && this.#watch.silentMs < this.#gapMs();
  }

  #gapMs(): number {
    const { audio, video, screen } = this.#options.remoteMedia?.() ?? {};
    if (audio === true) return SOUND_GAP_MS;
    return video === true || screen === true ? PICTURE_GAP_MS : Number.POSITIVE_INFINITY;
  }

  async #look(): Promise<void> {
    const { connection } = this;
    if (connection.connectionState !== 'connected' || this.#gapMs() === Number.POSITIVE_INFINITY) {
      this.#watch.rest();
      if (connection.connectionState === 'connected') this.#flows();
      return;
    }
    const arrived = await arrivedOn(connection).catch(() => null);
    if (arrived === null || connection !== this.connection || this.#state === 'closed') return;
    const wasSilent = !this.#healthy();
    this.#watch.look(arrived, performance.now());
    if (this.#watch.comes) {
      if (wasSilent || this.#state !== 'connected') this.#options.onMediaBack?.();
      this.#flows();
    }
    if (this.#healthy()) return;
    this.#repairs.needed();
    if (!wasSilent) this.#options.onSilence?.();
    if (this.#watch.silentMs >= LOST_MS) this.#setState(this.#lesser());
  }

  #transportChanged(): void {
    const { connectionState } = this.connection;
    if (connectionState === 'connected') {
      this.#watch.rest();
      this.#repairs.pause();
      // After a repair, arriving media is the proof, if any is expected.
      if (!this.#wasConnected || this.#gapMs() === Number.POSITIVE_INFINITY) this.#flows();
      else void this.#look();
    } else if (connectionState === 'disconnected' || connectionState === 'failed') {
      this.#setState(this.#lesser());
      this.#repairs.needed();
      this.#options.onSilence?.();
    }
  }

  #flows(): void {
    this.#wasConnected = true;
    this.#repairs.done();
    this.#setState('connected');
  }

  #lesser(): PeerState {
    if (this.#state === 'failed' || this.#state === 'closed') return this.#state;
    return this.#wasConnected ? 'reconnecting' : 'connecting';
  }

  #awaitWay(): void {
    clearTimeout(this.#failTimer);
    const waitMs = this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#failTimer = setTimeout(() => this.#setState('failed'), waitMs);
  }

  #setState(state: PeerState): void {
    if (this.#state === state) return;
    this.#state = state;
    if (state === 'reconnecting') this.#awaitWay();
    else if (state !== 'connecting') clearTimeout(this.#failTimer);
    this.#options.onState(state);
  }
}
