import type { ConnectionQuality } from './connection-quality.ts';
import { DataLink, type DataLinkOptions } from './data-link.ts';
import { isGone } from './errors.ts';
import type { MediaStateInput, ParticipantFieldsFragment } from './generated/graphql.ts';
import { sendKeyFrame } from './key-frame.ts';
import { Peer, type PeerOptions, type PeerState } from './peer.ts';
import type { PeerFailure } from './peer-failure.ts';
import { callIsOver } from './room-end.ts';
import type { RoomLink } from './room-link.ts';
import { readCounters } from './statistics.ts';
import { limitSender, type VideoLimits } from './video-limits.ts';
import { ALL_VIDEO, isSame, type WantedVideo } from './wanted-video.ts';

/** How long video that is wanted again may take to come; until then it is not missed. */
const RESUME_MS = 5_000;

/** A participant of a room, as the server describes them. */
export type Participant = ParticipantFieldsFragment;

/**
 * Whether somebody with a name that looks the same joined earlier. Show this beside the name: the later one may be
 * pretending to be the earlier.
 */
export function nameIsConfusable(one: Participant, all: Iterable<Participant>): boolean {
  for (const { user, joinOrder } of all) {
    const sameName = user.nameKey === one.user.nameKey && user.id !== one.user.id;
    if (sameName && joinOrder < one.joinOrder) return true;
  }
  return false;
}

/** What this side observes of another participant by watching the connection to them. */
export interface Observed {
  /** The quality of the connection. */
  readonly quality: ConnectionQuality;
  /** Whether they are speaking now. */
  readonly speaking: boolean;
}

/** Another participant of a call, at one moment. */
export type RemoteParticipantView = Participant &
  Observed & {
    /**
     * Their microphone and camera. Always the same object; it contains the camera's track only while the camera is on.
     */
    readonly stream: MediaStream;
    /** The screen that they share; null while they share none. */
    readonly screen: MediaStream | null;
    /** The state of the media connection to them. */
    readonly peerState: PeerState;
    /** Whether somebody with a name that looks the same joined earlier. */
    readonly nameIsConfusable: boolean;
    /** Why `peerState` is `failed`; null while it is not. */
    readonly peerFailure: PeerFailure | null;
    /** Whether they record the call, as their client says: see `Call.record`. */
    readonly recording: boolean;
  };

interface RemoteParticipantOptions
  extends Pick<DataLinkOptions, 'onMessage' | 'onFile'>,
    Pick<PeerOptions, 'polite' | 'firstOffer' | 'configuration' | 'tracks' | 'connectTimeoutMs'>,
    Pick<PeerOptions, 'onSilence' | 'onError'> {
  readonly link: RoomLink;
  /** Everybody in the call as of now, including the local participant. */
  readonly everybody: () => Iterable<Participant>;
  /** The previous stay of the same user. Its media is shown until the media of this stay arrives. */
  readonly predecessor: RemoteParticipant | null;
  readonly onChange: (view: RemoteParticipantView) => void;
}

/** Another participant of a call: what the server tells of them, and the media connection to them. */
export class RemoteParticipant {
  readonly peer: Peer;
  /** What goes directly to them, beside media. */
  readonly data: DataLink;
  #participant: Participant;
  readonly #everybody: () => Iterable<Participant>;
  readonly #link: RoomLink;
  readonly #onChange: (view: RemoteParticipantView) => void;
  readonly #onError: (error: unknown) => void;
  readonly #stream: MediaStream;
  #predecessor: RemoteParticipant | null;
  #screen: MediaStream | null = null;
  #observed: Observed = { quality: 'unknown', speaking: false };
  #limits: VideoLimits | null = null;
  /** Limits are set one after the other, because the browser refuses two changes of a sender at once. */
  #limiting: Promise<void> = Promise.resolve();
  #heardAt: number | undefined;
  #wanted = ALL_VIDEO;
  /** When that was changed. */
  #wantedAt = Number.NEGATIVE_INFINITY;
  /** Whether the server knows this stay. */
  #present = true;

  constructor(participant: Participant, options: RemoteParticipantOptions) {
    const {
      link,
      everybody,
      onChange,
      onError,
      predecessor,
      connectTimeoutMs,
      onSilence,
      onMessage,
      onFile,
      ...rest
    } = options;
    const { id } = participant;
    this.#link = link;
    this.#predecessor = predecessor;
    this.#stream = predecessor === null ? new MediaStream() : predecessor.#stream;
    this.#participant = participant;
    this.#everybody = everybody;
    this.#onChange = onChange;
    this.#onError = onError;
    const report = (error: unknown) => {
      if (!isGone(error)) onError(error);
    };
    const onWanted = () => this.#limitsChanged();
    const onRecorded = () => this.#changed();
    this.data = new DataLink({ from: id, onMessage, onFile, onWanted, onRecorded, onError });
    this.peer = new Peer({
      ...rest,
      onError,
      signals: {
        sendOffer: (sdp) => void link.sendOffer(id, sdp).catch(report),
        sendAnswer: (sdp) => void link.sendAnswer(id, sdp).catch(report),
        sendCandidates: (candidates) => void link.sendIceCandidates(id, candidates).catch(report),
      },
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      ...(onSilence === undefined ? {} : { onSilence }),
      // Signals to somebody who is away are delivered when they are back, all of them at once.
      canSignal: () =>
        link.state === 'connected' && this.#present && this.#participant.connection === 'CONNECTED',
      remoteMedia: () => this.#expected(),
      onState: (state) => this.#stateChanged(state),
      onTracks: () => this.#changed(),
      onMediaBack: () => this.#refreshPictures(),
      onChannels: (channels) => this.data.use(channels),
    });
    this.#assemble();
  }

  get participant(): Participant {
    return this.#participant;
  }

  /** The id of their account, which stays the same when they come back with a new stay. */
  get userId(): string {
    return this.#participant.user.id;
  }

  update(participant: Participant): void {
    const returns =
      this.#participant.connection !== 'CONNECTED' && participant.connection === 'CONNECTED';
    this.#participant = participant;
    this.#changed();
    if (returns) this.peer.resume(true);
  }

  /** The server does not know this stay any more; media may flow on for a while. */
  detach(): void {
    this.#present = false;
    this.update({ ...this.#participant, connection: 'RECONNECTING' });
  }

  close(): void {
    this.data.close(callIsOver());
    this.peer.close();
    this.#release();
  }

  observe(observed: Partial<Observed>): void {
    const { quality, speaking } = { ...this.#observed, ...observed };
    if (quality === this.#observed.quality && speaking === this.#observed.speaking) return;
    this.#observed = { quality, speaking };
    this.#changed();
  }

  /** Their loudness now, from 0 to 1. */
  audioLevel(): number {
    if (!this.#participant.media.audio) return 0;
    const [source] = this.peer.receiver('audio')?.getSynchronizationSources() ?? [];
    // An unchanged source has sent nothing since the last look.
    if (source === undefined || source.rtpTimestamp === this.#heardAt) return 0;
    this.#heardAt = source.rtpTimestamp;
    return source.audioLevel ?? 0;
  }

  /** Limits what is sent to them, from now on. */
  limitVideo(limits: VideoLimits): void {
    this.#limits = limits;
    this.#limitsChanged();
  }

  /** Asks them for this video alone, from now on. */
  receive(wanted: WantedVideo): void {
    if (isSame(wanted, this.#wanted)) return;
    this.#wanted = wanted;
    this.#wantedAt = performance.now();
    this.data.want(wanted);
  }

  /** Uses ICE servers with newer credentials. A connection that is relayed already gathers candidates anew. */
  async renewIceServers(iceServers: RTCIceServer[]): Promise<void> {
    const { connection } = this.peer;
    this.peer.configure({ iceServers });
    // A relay may end an allocation when the credentials of that allocation expire.
    const { localCandidate } = await readCounters(connection);
    if (localCandidate === 'relay' && this.peer.state !== 'closed') connection.restartIce();
  }

  view(): RemoteParticipantView {
    return {
      ...this.#participant,
      ...this.#observed,
      stream: this.#stream,
      screen: this.#screen,
      peerState: this.peer.state,
      nameIsConfusable: nameIsConfusable(this.#participant, this.#everybody()),
      peerFailure: this.peer.failure,
      recording: this.data.isRecorded,
    };
  }

  #stateChanged(state: PeerState): void {
    if (state === 'connected') {
      this.#applyLimits();
      this.#release();
      // If the two can reach each other, the server may be reachable again as well.
      if (this.#link.state === 'reconnecting') this.#link.probe();
    } else
      this.#observed = { ...this.#observed, quality: state === 'connecting' ? 'unknown' : 'lost' };
    this.#changed();
  }

  /** The media that is missed when it does not come. */
  #expected(): MediaStateInput {
    const { media } = this.#participant;
    if (performance.now() - this.#wantedAt < RESUME_MS) return { audio: media.audio };
    const { video, screen } = this.#wanted;
    return { audio: media.audio, video: media.video && video, screen: media.screen && screen };
  }

  #limitsChanged(): void {
    if (this.peer.state === 'connected') this.#applyLimits();
  }

  #applyLimits(): void {
    this.#limiting = this.#limiting.then(async () => {
      for (const slot of ['video', 'screen'] as const) {
        const sender = this.peer.sender(slot);
        if (sender === undefined || this.#limits === null || this.peer.state === 'closed') return;
        const limit = this.#limits[slot];
        await limitSender(sender, limit, this.data.wanted[slot]).catch(this.#onError);
      }
    });
  }

  #refreshPictures(): void {
    this.#limiting = this.#limiting.then(async () => {
      for (const slot of ['video', 'screen'] as const) {
        const sender = this.peer.sender(slot);
        // A sender that is not negotiated yet, or is closed by now, has nothing to send.
        if (sender?.track) await sendKeyFrame(sender).catch(() => {});
      }
    });
  }

  #changed(): void {
    this.#assemble();
    this.#onChange(this.view());
  }

  /** Closes the previous stay of the same user; this stay's media is shown from now on. */
  #release(): void {
    const before = this.#predecessor;
    this.#predecessor = null;
    before?.close();
  }

  /** Leaves out the track of a camera that is off: a video element would wait for its first frame. */
  #assemble(): void {
    const { media } = this.#participant;
    const { audio, video, screen } = (this.#predecessor ?? this).peer.remoteTracks;
    const wanted = [audio, media.video ? video : undefined].filter((track) => track !== undefined);
    for (const track of this.#stream.getTracks()) {
      if (!wanted.includes(track)) this.#stream.removeTrack(track);
    }
    for (const track of wanted) this.#stream.addTrack(track);
    const [shown] = this.#screen?.getTracks() ?? [];
    if (screen === undefined || !media.screen) this.#screen = null;
    else if (shown !== screen) this.#screen = new MediaStream([screen]);
  }
}
