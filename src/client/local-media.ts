import { Emitter } from './emitter.ts';
import type { MediaStateInput } from './generated/graphql.ts';
import type { MediaSlot } from './peer.ts';

/** What is on, of this participant's own media. */
export type LocalMediaState = Required<{ [Key in keyof MediaStateInput]: boolean }>;

/**
 * This participant's own tracks. A muted microphone stays open, so that it is back at once; a camera that is off is
 * let go of, so that its light is off too.
 */
export class LocalMedia extends Emitter<{
  /** Another track, or none, is to be sent in this slot, or the one in it was muted or opened. */
  changed: MediaSlot;
}> {
  /** Microphone and camera, to show to oneself. Always the same object; its tracks come and go. */
  readonly stream: MediaStream;
  #screen: MediaStream | null = null;

  constructor(stream: MediaStream | null) {
    super();
    this.stream = stream ?? new MediaStream();
    for (const track of this.stream.getTracks()) this.#watch(track);
  }

  /** What is shared of the screen, to show to oneself; null when nothing is. */
  get screen(): MediaStream | null {
    return this.#screen;
  }

  get state(): LocalMediaState {
    return {
      audio: this.#track('audio')?.enabled === true,
      video: this.#track('video')?.enabled === true,
      screen: this.#screen !== null,
    };
  }

  /** What is to be sent now, for each slot. */
  get tracks(): Record<MediaSlot, MediaStreamTrack | null> {
    return {
      audio: this.#track('audio'),
      video: this.#track('video'),
      screen: this.#screen?.getVideoTracks()[0] ?? null,
    };
  }

  /**
   * Opens the microphone, or mutes it.
   * @throws {DOMException} of getUserMedia, when there is none yet and none can be had
   */
  async setMicrophone(on: boolean): Promise<void> {
    const track = this.#track('audio');
    if (track === null && on) await this.useMicrophone({});
    else if (track !== null && track.enabled !== on) {
      track.enabled = on;
      this.emit('changed', 'audio');
    }
  }

  /**
   * Switches the camera on, or off.
   * @throws {DOMException} of getUserMedia, when it cannot be had
   */
  async setCamera(on: boolean, constraints: MediaTrackConstraints): Promise<void> {
    const track = this.#track('video');
    if (on && track === null) await this.useCamera(constraints);
    else if (!on && track !== null) {
      this.#drop(track);
      this.emit('changed', 'video');
    }
  }

  /** Takes another microphone; muted if the one before was. */
  async useMicrophone(constraints: MediaTrackConstraints): Promise<void> {
    await this.#replace('audio', { audio: constraints });
  }

  /** Takes another camera. */
  async useCamera(constraints: MediaTrackConstraints): Promise<void> {
    await this.#replace('video', { video: constraints });
  }

  /**
   * Shares the screen, as the user chooses it.
   * @throws {DOMException} of getDisplayMedia, for example when the user changed their mind
   */
  async shareScreen(): Promise<void> {
    if (this.#screen !== null) return;
    this.#screen = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false });
    const [track] = this.#screen.getVideoTracks();
    // Text has to stay sharp, also where that costs frames.
    if (track !== undefined) track.contentHint = 'detail';
    // The browser has a button of its own to stop sharing.
    track?.addEventListener('ended', () => this.stopScreen(), { once: true });
    this.emit('changed', 'screen');
  }

  stopScreen(): void {
    if (this.#screen === null) return;
    for (const track of this.#screen.getTracks()) track.stop();
    this.#screen = null;
    this.emit('changed', 'screen');
  }

  /** Lets go of every device. */
  stop(): void {
    for (const track of this.stream.getTracks()) this.#drop(track);
    for (const track of this.#screen?.getTracks() ?? []) track.stop();
    this.#screen = null;
  }

  #track(kind: 'audio' | 'video'): MediaStreamTrack | null {
    const tracks = this.stream.getTracks();
    return tracks.find((track) => track.kind === kind && track.readyState === 'live') ?? null;
  }

  async #replace(kind: 'audio' | 'video', constraints: MediaStreamConstraints): Promise<void> {
    const media = await navigator.mediaDevices.getUserMedia(constraints);
    const before = this.#track(kind);
    const [track] = media.getTracks();
    if (track === undefined) return;
    if (before !== null) {
      track.enabled = before.enabled;
      this.#drop(before);
    }
    this.stream.addTrack(track);
    this.#watch(track);
    this.emit('changed', kind);
  }

  #drop(track: MediaStreamTrack): void {
    track.stop();
    this.stream.removeTrack(track);
  }

  /** A device that is unplugged, or taken back by the browser, ends its track. */
  #watch(track: MediaStreamTrack): void {
    const slot = track.kind === 'audio' ? 'audio' : 'video';
    track.addEventListener('ended', () => {
      this.stream.removeTrack(track);
      this.emit('changed', slot);
    });
  }
}
