import { isGone } from './errors.ts';
import type { ParticipantFieldsFragment } from './generated/graphql.ts';
import { Peer, type PeerOptions, type PeerState } from './peer.ts';
import type { RoomLink } from './room-link.ts';

/** Somebody in a room, as the server tells it. */
export type Participant = ParticipantFieldsFragment;

/** One of the others in a call, at one moment. */
export type RemoteParticipantView = Participant & {
  /** Their microphone and camera. Always the same object; the camera's track is in it while it is on. */
  readonly stream: MediaStream;
  /** What they share of their screen; null when nothing. */
  readonly screen: MediaStream | null;
  /** Whether media can flow between them and us. */
  readonly peerState: PeerState;
};

interface RemoteParticipantOptions
  extends Pick<PeerOptions, 'polite' | 'configuration' | 'tracks' | 'onError'> {
  readonly link: RoomLink;
  readonly onChange: (view: RemoteParticipantView) => void;
}

/** One of the others in a call: what the server tells of them, and the media connection to them. */
export class RemoteParticipant {
  readonly peer: Peer;
  #participant: Participant;
  readonly #onChange: (view: RemoteParticipantView) => void;
  readonly #stream = new MediaStream();
  #screen: MediaStream | null = null;

  constructor(participant: Participant, options: RemoteParticipantOptions) {
    const { link, onChange, onError, ...rest } = options;
    const { id } = participant;
    this.#participant = participant;
    this.#onChange = onChange;
    const report = (error: unknown) => {
      if (!isGone(error)) onError(error);
    };
    this.peer = new Peer({
      ...rest,
      onError,
      signals: {
        sendOffer: (sdp) => void link.sendOffer(id, sdp).catch(report),
        sendAnswer: (sdp) => void link.sendAnswer(id, sdp).catch(report),
        sendCandidates: (candidates) => void link.sendIceCandidates(id, candidates).catch(report),
      },
      canSignal: () => link.state === 'connected',
      onState: () => this.#changed(),
      onTracks: () => this.#changed(),
    });
    this.#assemble();
  }

  update(participant: Participant): void {
    this.#participant = participant;
    this.#changed();
  }

  view(): RemoteParticipantView {
    return {
      ...this.#participant,
      stream: this.#stream,
      screen: this.#screen,
      peerState: this.peer.state,
    };
  }

  #changed(): void {
    this.#assemble();
    this.#onChange(this.view());
  }

  /** A track of a camera that is off would keep a video element waiting for its first frame. */
  #assemble(): void {
    const { media } = this.#participant;
    const { audio, video, screen } = this.peer.remoteTracks;
    if (audio !== undefined) this.#stream.addTrack(audio);
    if (video !== undefined && media.video) this.#stream.addTrack(video);
    if (video !== undefined && !media.video) this.#stream.removeTrack(video);
    if (screen === undefined || !media.screen) this.#screen = null;
    else this.#screen ??= new MediaStream([screen]);
  }
}
