import type { CallEvents, CallSnapshot } from './call-events.ts';
import { Emitter } from './emitter.ts';
import { load } from './load.ts';
import type { DeviceIds, LocalMedia } from './local-media.ts';
import { Reception } from './reception.ts';
import type { Recording, RecordOptions } from './recording.ts';
import type { RecordingNotice } from './recording-notice.ts';
import type { RemoteParticipant } from './remote-participant.ts';
import type { RoomActions, RoomSettings } from './room-actions.ts';
import type { VideoEffect } from './video-effect.ts';
import type { WantedVideo } from './wanted-video.ts';

/** What a call passes on as it is: the commands for devices, and those of hosts and owners. */
export abstract class CallCommands extends Emitter<CallEvents> {
  readonly #media: LocalMedia;
  readonly #actions: RoomActions;
  readonly #reception: Reception;
  readonly #newNotice: (Notice: typeof RecordingNotice) => RecordingNotice;
  /** Null before the first recording. */
  #notice: RecordingNotice | null = null;

  abstract readonly subscribe: (listener: () => void) => () => void;
  abstract get snapshot(): CallSnapshot;

  /** @param changed called when the snapshot has to be made anew */
  constructor(
    media: LocalMedia,
    actions: RoomActions,
    others: () => ReadonlyMap<string, RemoteParticipant>,
    changed: () => void,
  ) {
    super();
    this.#media = media;
    this.#actions = actions;
    this.#reception = new Reception(others);
    this.#newNotice = (Notice) => new Notice(others, changed);
  }

  /** Whether a recording goes on. */
  protected get records(): boolean {
    return this.#notice?.isOn === true;
  }

  /**
   * Mutes the microphone, or opens the one that was used last.
   * @throws {DOMException} of getUserMedia, when none is open yet and none can be opened
   * @throws {PeerqlError} `ENDED`; `INSECURE_ORIGIN` on a page from plain http; `UNSUPPORTED`
   */
  setMicrophone(on: boolean): Promise<void> {
    return this.#media.setMicrophone(on);
  }

  /**
   * Switches off and releases the camera, or switches on the last one.
   * @throws {DOMException | PeerqlError} as {@link setMicrophone}; `EFFECT_FAILED`: it stays off, as its effect does not start
   */
  setCamera(on: boolean): Promise<void> {
    return this.#media.setCamera(on);
  }

  /**
   * Switches to the microphone with this device id. It stays muted if the one before was, even when that one is gone.
   * @throws {DOMException | PeerqlError} as {@link setMicrophone}; the one before stays in use
   */
  switchMicrophone(deviceId: string): Promise<void> {
    return this.#media.switchMicrophone(deviceId);
  }

  /**
   * Switches to the camera with this device id, and switches it on.
   * @throws {DOMException | PeerqlError} as {@link setCamera}; the one before stays in use
   */
  switchCamera(deviceId: string): Promise<void> {
    return this.#media.switchCamera(deviceId);
  }

  /** The ids of the microphone and the camera that are open; null for one that is not. */
  get deviceIds(): DeviceIds {
    return this.#media.deviceIds;
  }

  /**
   * Changes the camera's picture by an effect from now on, also after the camera was switched off and on; null shows and sends
   * it as it is. Resolves when the picture of the effect is shown and sent, or at once while the camera is off. When the
   * effect fails later, the camera is switched off, and the event `error` tells it. docs/effects.md says more.
   * @throws {InvalidInputError} when it is no effect
   * @throws {PeerqlError} `EFFECT_FAILED`: the effect before, or none, stays in use; the `cause` says why; `ENDED`
   */
  setVideoEffect(effect: VideoEffect | null): Promise<void> {
    return this.#media.setVideoEffect(effect);
  }

  /**
   * Shares the screen, window or tab that the user chooses, in addition to the camera.
   * @throws {DOMException} of getDisplayMedia, for example when the user cancels; PeerqlErrors of {@link setMicrophone}
   */
  shareScreen(): Promise<void> {
    return this.#media.setScreen(true);
  }

  /**
   * Asks another participant to send the video of their camera and of their screen to this side, or not for now: what nobody
   * looks at costs both sides bandwidth and work. Their sound goes on, what is left out stays as it is, and whoever joins
   * sends all. An older client keeps sending, and during a recording everybody does. Nothing happens for somebody who has left.
   * @example
   * call.setReceiving(participant.id, { video: false });
   * @throws {InvalidInputError} for a value that is not a boolean
   */
  setReceiving(participantId: string, wanted: Partial<WantedVideo>): void {
    this.#reception.set(participantId, wanted);
  }

  /**
   * Records in this browser what the user sees and hears, into one file: the people in a grid with their names, shared
   * screens big beside them. Meanwhile `recording` of this participant is true in the snapshots of all others, whose pages have
   * to show it; ask them first. docs/recording.md says more.
   * @throws {InvalidInputError} for an option that cannot be used
   * @throws {PeerqlError} `UNSUPPORTED`, `ENDED`
   */
  async record(options: RecordOptions = {}): Promise<Recording> {
    const { record, RecordingNotice } = await load(import('./recording.ts'));
    this.#notice ??= this.#newNotice(RecordingNotice);
    const needs = { receiveAll: () => this.#reception.needAll(), notice: this.#notice };
    return record(this, needs, options);
  }

  /** As host: lets in somebody who waits. Refused: `NOT_HOST`, `KNOCK_NOT_FOUND`. */
  admit(knockId: string): Promise<void> {
    return this.#actions.admit(knockId);
  }

  /** As host: turns away somebody who waits; `ban` as for {@link remove}. Refused: `NOT_HOST`, `KNOCK_NOT_FOUND`. */
  deny(knockId: string, { ban = false }: { readonly ban?: boolean } = {}): Promise<void> {
    return this.#actions.deny(knockId, ban);
  }

  /** As host: asks somebody to mute, who gets the event `muteRequested`. Refused: `NOT_HOST`, `PEER_NOT_IN_ROOM`. */
  requestMute(participantId: string): Promise<void> {
    return this.#actions.requestMute(participantId);
  }

  /**
   * As host: removes somebody from the room. With `ban` they cannot come back: a ban by the owner lasts as long as the
   * room exists, a ban by another host until everybody has left. Refused: `NOT_HOST`, `PEER_NOT_IN_ROOM`.
   */
  remove(participantId: string, { ban = false }: { readonly ban?: boolean } = {}): Promise<void> {
    return this.#actions.remove(participantId, ban);
  }

  /** As owner: changes the given settings of the room. Refused: `NOT_OWNER`, `ROOM_NOT_FOUND`, `INVALID_INPUT`. */
  updateRoom(settings: RoomSettings): Promise<void> {
    return this.#actions.updateRoom(settings);
  }
}
