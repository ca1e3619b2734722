import { CallMonitor } from './call-monitor.ts';
import { Emitter } from './emitter.ts';
import { isGone } from './errors.ts';
import type { EndReason, RoomFieldsFragment } from './generated/graphql.ts';
import type { LocalMedia, LocalMediaState } from './local-media.ts';
import { Mesh } from './mesh.ts';
import type { MediaSlot } from './peer.ts';
import type { Participant, RemoteParticipantView } from './remote-participant.ts';
import type { RoomEnd, RoomEvent, RoomLink, RoomLinkState, RoomSnapshot } from './room-link.ts';
import type { PeerStatistics } from './statistics.ts';
import { UPLINK_BITRATE } from './video-limits.ts';

/** Oneself in a call. */
export interface LocalParticipant extends Participant {
  /** Microphone and camera. Show it muted. */
  readonly stream: MediaStream;
  /** What one shares of the screen; null when nothing. */
  readonly screen: MediaStream | null;
}

/** A call at one moment. A new object whenever anything in it changes, the same as long as nothing does. */
export interface CallSnapshot {
  readonly state: RoomLinkState;
  /** Why it is over; null while it is not. */
  readonly end: RoomEnd | null;
  readonly room: RoomFieldsFragment;
  readonly self: LocalParticipant;
  /** The others, in the order in which they joined. */
  readonly participants: readonly RemoteParticipantView[];
  /** The id of the one of the others who speaks most, or spoke last; null while nobody has. */
  readonly activeSpeaker: string | null;
}

export interface CallEvents {
  /** Somebody came after oneself; who was there before is in the snapshot. */
  participantJoined: RemoteParticipantView;
  /** Media, connection, stream, quality or speaking of one of the others changed. */
  participantUpdated: RemoteParticipantView;
  participantLeft: { readonly participant: RemoteParticipantView; readonly reason: EndReason };
  /** `reconnecting` while the server is out of reach; media between peers may well go on. */
  state: RoomLinkState;
  /** Another of the others speaks most now. */
  activeSpeaker: string | null;
  /** The connection to one of the others was measured. */
  statistics: { readonly participantId: string; readonly statistics: PeerStatistics };
  /** It is over, for good. */
  end: RoomEnd;
  /** Something failed that does not end the call, for example a negotiation. It is tried again. */
  error: unknown;
}

export interface CallOptions {
  /** What a camera that is switched on during the call is asked for. Default: 1280×720 at best. */
  readonly cameraConstraints?: MediaTrackConstraints;
  /**
   * More for each `RTCPeerConnection`, such as `iceTransportPolicy: 'relay'`, which sends media only through TURN
   * servers. Default: the browser's; the STUN and TURN servers are the server's.
   */
  readonly rtcConfiguration?: Omit<RTCConfiguration, 'iceServers'>;
  /**
   * What all video that is sent may use of the uplink together, in bits a second; it is divided among the others.
   * Default 4,000,000; `Infinity` sends to each what is of use at most.
   */
  readonly uplinkBitrate?: number;
  /** How often each connection is measured, in milliseconds; 0 never, and no quality is known then. Default 2,000. */
  readonly statisticsIntervalMs?: number;
}

const STATISTICS_INTERVAL_MS = 2_000;
const CAMERA: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 } };

/**
 * A call in a room: who is in it, their media, one's own. It owns the stream that it was joined with: a camera that
 * is switched off is let go of, and all tracks are stopped when the call ends.
 */
export class Call extends Emitter<CallEvents> {
  readonly #link: RoomLink;
  readonly #media: LocalMedia;
  readonly #mesh: Mesh;
  readonly #monitor: CallMonitor;
  readonly #camera: MediaTrackConstraints;
  readonly #listeners = new Set<() => void>();
  #room: RoomFieldsFragment;
  #self: Participant;
  #end: RoomEnd | null = null;
  #snapshot: CallSnapshot | null = null;
  #announcing = false;

  /** Made by `Client.joinRoom`. */
  constructor(link: RoomLink, first: RoomSnapshot, media: LocalMedia, options: CallOptions) {
    super();
    this.#link = link;
    this.#media = media;
    this.#room = first.room;
    this.#self = first.self;
    this.#camera = options.cameraConstraints ?? CAMERA;
    this.#mesh = new Mesh(first.self, {
      link,
      rtcConfiguration: options.rtcConfiguration ?? {},
      uplinkBitrate: options.uplinkBitrate ?? UPLINK_BITRATE,
      tracks: () => media.tracks,
      onJoined: (participant) => this.#tell('participantJoined', participant),
      onUpdated: (participant) => this.#tell('participantUpdated', participant),
      onLeft: (participant, reason) => this.#tell('participantLeft', { participant, reason }),
      onError: (error) => this.emit('error', error),
    });
    this.#monitor = new CallMonitor({
      others: () => this.#mesh.others,
      statisticsIntervalMs: options.statisticsIntervalMs ?? STATISTICS_INTERVAL_MS,
      onActiveSpeaker: (id) => this.#tell('activeSpeaker', id),
      onStatistics: (participantId, statistics) =>
        this.emit('statistics', { participantId, statistics }),
    });
    link.on('state', (state) => this.#tell('state', state));
    link.on('event', (event) => this.#receive(event));
    link.on('end', (end) => this.#ended(end));
    media.on('changed', (slot) => this.#mediaChanged(slot));
    this.#receive(first);
  }

  /** Calls `listener` after each change of the snapshot; the answer stops that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** All there is to show, as of now. The same object until something changes. */
  get snapshot(): CallSnapshot {
    return this.getSnapshot();
  }

  /** The snapshot as a function, for React's `useSyncExternalStore(call.subscribe, call.getSnapshot)`. */
  readonly getSnapshot = (): CallSnapshot => {
    const { state: media, stream, screen } = this.#media;
    this.#snapshot ??= {
      state: this.#link.state,
      end: this.#end,
      room: this.#room,
      self: { ...this.#self, media, stream, screen },
      participants: this.#mesh.views,
      activeSpeaker: this.#monitor.activeSpeaker,
    };
    return this.#snapshot;
  };

  /** The latest measurement of the connection to one of the others; null before the first. */
  statistics(participantId: string): PeerStatistics | null {
    return this.#monitor.statistics(participantId);
  }

  /**
   * Mutes the microphone, or opens it.
   * @throws {DOMException} of getUserMedia, when there is none yet and none can be had
   */
  setMicrophone(on: boolean): Promise<void> {
    return this.#media.setMicrophone(on);
  }

  /**
   * Switches the camera on or off; off lets go of the device.
   * @throws {DOMException} of getUserMedia, when it cannot be had
   */
  setCamera(on: boolean): Promise<void> {
    return this.#media.setCamera(on, this.#camera);
  }

  /**
   * Takes the microphone with this device id.
   * @throws {DOMException} of getUserMedia, when it cannot be had; the one before goes on
   */
  switchMicrophone(deviceId: string): Promise<void> {
    return this.#media.useMicrophone({ deviceId: { exact: deviceId } });
  }

  /**
   * Takes the camera with this device id, and switches it on.
   * @throws {DOMException} of getUserMedia, when it cannot be had; the one before goes on
   */
  switchCamera(deviceId: string): Promise<void> {
    return this.#media.useCamera({ ...this.#camera, deviceId: { exact: deviceId } });
  }

  /**
   * Shares what the user chooses of the screen, beside the camera.
   * @throws {DOMException} of getDisplayMedia, for example when the user changed their mind
   */
  shareScreen(): Promise<void> {
    return this.#media.shareScreen();
  }

  stopScreen(): void {
    this.#media.stopScreen();
  }

  /** Leaves, at once. */
  leave(): void {
    this.#link.leave();
  }

  #receive(event: RoomEvent): void {
    if (event.__typename === 'RoomSnapshot') {
      this.#room = event.room;
      this.#self = event.self;
    }
    this.#mesh.receive(event);
    if (event.__typename === 'RoomSnapshot') {
      this.#changed();
      void this.#announceMedia();
    }
  }

  #mediaChanged(slot: MediaSlot): void {
    this.#mesh.setTrack(slot, this.#media.tracks[slot]);
    this.#changed();
    void this.#announceMedia();
  }

  /** Tells the others what is on, until they know the latest. */
  async #announceMedia(): Promise<void> {
    if (this.#announcing) return;
    this.#announcing = true;
    let failed = false;
    while (!failed && this.#end === null && !sameMedia(this.#self.media, this.#media.state)) {
      const media = this.#media.state;
      const { id } = this.#self;
      try {
        await this.#link.setMedia(media);
        if (this.#self.id === id) this.#self = { ...this.#self, media };
      } catch (error) {
        // A stay that was made anew meanwhile is told again.
        failed = this.#self.id === id;
        if (!isGone(error)) this.emit('error', error);
      }
    }
    this.#announcing = false;
  }

  #ended(end: RoomEnd): void {
    this.#end = end;
    this.#monitor.stop();
    this.#mesh.close();
    this.#media.stop();
    this.#tell('end', end);
  }

  #tell<Name extends keyof CallEvents>(event: Name, value: CallEvents[Name]): void {
    this.#changed();
    this.emit(event, value);
  }

  #changed(): void {
    this.#snapshot = null;
    for (const listener of [...this.#listeners]) listener();
  }
}

function sameMedia(a: LocalMediaState, b: LocalMediaState): boolean {
  return a.audio === b.audio && a.video === b.video && a.screen === b.screen;
}
