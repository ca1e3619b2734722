import type { LocalMedia, LocalMediaState, VideoEffect } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { live } from 'lit/directives/live.js';
import { define } from './define.ts';
import { type DeviceChoice, devicePicker } from './device-picker.ts';
import {
  type Device,
  type DeviceProblem,
  listDevices,
  listSpeakers,
  problemOf,
} from './devices.ts';
import { PeerqlElement } from './element.ts';
import { canPickSpeaker, chooseSpeaker, pickSpeaker, speakerInUse } from './speaker.ts';
import { StoreController } from './store-controller.ts';
import { previewStyles } from './styles/preview.ts';
import { toggleButton } from './toggle.ts';

/**
 * The user's own picture before a call, mirrored, with the switches of microphone and camera, and lists to choose them
 * and the speaker from where there are several.
 * @example
 * preview.localMedia = new LocalMedia(await navigator.mediaDevices.getUserMedia({ audio: true, video: true }));
 */
export class PeerqlPreview extends PeerqlElement {
  static override styles: CSSResultGroup = [PeerqlElement.styles, previewStyles];
  static override properties: PropertyDeclarations = {
    localMedia: { attribute: false },
    backgroundBlur: { attribute: false },
    microphones: { state: true },
    cameras: { state: true },
    speakers: { state: true },
  };

  /** The devices to show, which stay the page's. Default: null, which shows nothing. */
  declare localMedia: LocalMedia | null;
  /** An effect that hides the background, for which there is a switch then. Default: null. */
  declare backgroundBlur: VideoEffect | null;
  declare protected microphones: readonly Device[];
  declare protected cameras: readonly Device[];
  declare protected speakers: readonly Device[];
  readonly #store = new StoreController<LocalMediaState>(this);
  readonly #list = () => void this.#listDevices();

  constructor() {
    super();
    this.localMedia = null;
    this.backgroundBlur = null;
    this.microphones = [];
    this.cameras = [];
    this.speakers = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    navigator.mediaDevices?.addEventListener('devicechange', this.#list);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    navigator.mediaDevices?.removeEventListener('devicechange', this.#list);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const media = this.localMedia;
    if (!changed.has('localMedia')) return;
    this.#store.follow(
      media === null
        ? null
        : {
            getSnapshot: () => media.state,
            subscribe: (listener) =>
              media.on('changed', () => {
                listener();
                // Devices have names only after one was opened. An open list is not replaced.
                if (this.renderRoot.querySelector('select:focus') === null) this.#list();
              }),
          },
    );
    this.#list();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { localMedia: media, words } = this;
    const state = this.#store.snapshot;
    if (media === null || state === null) return nothing;
    const choices = this.#choices(media);
    return html`
      <div class="frame" part="frame">
        <p class="off" part="off" ?hidden=${state.video}>${words.prejoin.cameraOff}</p>
        <video
          part="video"
          data-testid="preview"
          autoplay
          playsinline
          .muted=${true}
          .srcObject=${media.stream}
          ?hidden=${!state.video}
        ></video>
        <div class="switches" part="switches">
          ${toggleButton('microphone', state.audio, words, () => this.#attempt(media.setMicrophone(!state.audio)))}
          ${toggleButton('camera', state.video, words, () => this.#attempt(media.setCamera(!state.video)))}
        </div>
      </div>
      <div class="choices" part="choices">
        ${choices.map((choice) => devicePicker(choice, words))}
        ${this.#blurSwitch(media)}
      </div>
    `;
  }

  #blurSwitch(media: LocalMedia): TemplateResult | typeof nothing {
    const { backgroundBlur: blur, words } = this;
    if (blur === null) return nothing;
    const isOn = media.videoEffect === blur;
    return html`
      <label class="blur" part="blur">
        <input
          type="checkbox"
          data-testid="blur"
          .checked=${live(isOn)}
          @change=${() => this.#attempt(media.setVideoEffect(isOn ? null : blur))}
        />
        <span>${words.devices.blur}</span>
      </label>
    `;
  }

  #choices(media: LocalMedia): DeviceChoice[] {
    const { microphone, camera } = media.deviceIds;
    return [
      {
        kind: 'audioinput',
        devices: this.microphones,
        current: microphone,
        use: (id) => this.#use('audioinput', id, media.switchMicrophone(id)),
        pick: null,
      },
      {
        kind: 'videoinput',
        devices: this.cameras,
        current: camera,
        use: (id) => this.#use('videoinput', id, media.switchCamera(id)),
        pick: null,
      },
      {
        kind: 'audiooutput',
        devices: this.speakers,
        current: speakerInUse(),
        use: (id) => void this.#useSpeaker(chooseSpeaker(id).then(() => id)),
        pick: canPickSpeaker() ? () => void this.#useSpeaker(pickSpeaker()) : null,
      },
    ];
  }

  async #useSpeaker(chosen: Promise<string>): Promise<void> {
    try {
      this.emit('peerql-device-chosen', { kind: 'audiooutput', deviceId: await chosen });
    } catch {
      // Unplugged a moment ago, or none was chosen: the list then shows what is in use.
    }
    await this.#listDevices();
  }

  #use(kind: MediaDeviceKind, deviceId: string, change: Promise<void>): void {
    this.#attempt(change);
    change.then(
      () => this.emit('peerql-device-chosen', { kind, deviceId }),
      () => {},
    );
  }

  #attempt(change: Promise<void>): void {
    change.then(
      () => this.emit('peerql-device-changed', null),
      (error: unknown) => this.emit('peerql-device-problem', { problem: problemOf(error) }),
    );
  }

  async #listDevices(): Promise<void> {
    [this.microphones, this.cameras, this.speakers] = await Promise.all([
      listDevices('audioinput'),
      listDevices('videoinput'),
      listSpeakers(),
    ]);
  }
}

define('peerql-preview', PeerqlPreview);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-preview': PeerqlPreview;
  }
  interface GlobalEventHandlersEventMap {
    /** A device was switched on or off, or another one was chosen. */
    'peerql-device-changed': CustomEvent<null>;
    /** The user has chosen a device in a list, so that it can be chosen next time. */
    'peerql-device-chosen': CustomEvent<{
      readonly kind: MediaDeviceKind;
      readonly deviceId: string;
    }>;
    /** A device could not be opened. */
    'peerql-device-problem': CustomEvent<{ readonly problem: DeviceProblem }>;
  }
}
