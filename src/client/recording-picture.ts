import { PeerqlError } from './errors.ts';
import { fitted, layoutOf, type Rectangle } from './recording-layout.ts';

/** Something that is in the picture. */
export interface RecordedTile {
  /** Identifies the tile: equal as long as it shows the same person or screen. */
  readonly key: string;
  readonly name: string;
  readonly isScreen: boolean;
  readonly stream: MediaStream;
}

const BACKGROUND = '#16181d';
const TEXT = '#f2f4f8';
const NAME_SHARE = 0.06;
const MARGIN = 0.4;

/** One moving picture of everybody in a call. */
export class RecordedPicture {
  readonly stream: MediaStream;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #videos = new Map<string, HTMLVideoElement>();
  readonly #drawing: ReturnType<typeof setInterval>;
  #tiles: readonly RecordedTile[] = [];

  /** @throws {PeerqlError} `UNSUPPORTED` */
  constructor(width: number, height: number, frameRate: number) {
    this.#canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = this.#canvas.getContext('2d');
    if (context === null || !('captureStream' in this.#canvas)) {
      throw new PeerqlError('UNSUPPORTED', 'This browser cannot record what it draws.');
    }
    this.#context = context;
    this.stream = this.#canvas.captureStream(frameRate);
    this.#draw();
    // A timer, because a hidden page gets no animation frames.
    this.#drawing = setInterval(() => this.#draw(), 1_000 / frameRate);
  }

  show(tiles: readonly RecordedTile[]): void {
    this.#tiles = tiles;
    for (const [key, video] of this.#videos) {
      if (tiles.some((tile) => tile.key === key)) continue;
      video.srcObject = null;
      this.#videos.delete(key);
    }
    for (const { key, stream } of tiles) {
      const video = this.#videos.get(key) ?? document.createElement('video');
      this.#videos.set(key, video);
      if (video.srcObject === stream) continue;
      Object.assign(video, { muted: true, playsInline: true, srcObject: stream });
      // `autoplay` is not enough: in Chromium it waits until the element is visible. Without a track, this waits for one.
      video.play().catch(() => {});
    }
  }

  stop(): void {
    clearInterval(this.#drawing);
    this.show([]);
    for (const track of this.stream.getTracks()) track.stop();
  }

  #draw(): void {
    const { width, height } = this.#canvas;
    this.#context.fillStyle = BACKGROUND;
    this.#context.fillRect(0, 0, width, height);
    const people = this.#tiles.filter(({ isScreen }) => !isScreen);
    const screens = this.#tiles.filter(({ isScreen }) => isScreen);
    const places = layoutOf({ width, height }, people.length, screens.length);
    for (const [index, tile] of people.entries()) this.#drawTile(tile, places.people[index]);
    for (const [index, tile] of screens.entries()) this.#drawTile(tile, places.screens[index]);
  }

  #drawTile({ key, name, stream, isScreen }: RecordedTile, place: Rectangle | undefined): void {
    const video = this.#videos.get(key);
    if (place === undefined || video === undefined) return;
    const isOn = stream.getVideoTracks().length > 0 && video.videoWidth > 0;
    if (isOn) {
      const { x, y, width, height } = fitted(place, {
        width: video.videoWidth,
        height: video.videoHeight,
      });
      this.#context.drawImage(video, x, y, width, height);
    }
    if (!isScreen) this.#drawName(name, place, isOn);
  }

  /** Below the picture, or in the middle where there is none. */
  #drawName(name: string, { x, y, width, height }: Rectangle, below: boolean): void {
    const context = this.#context;
    const size = Math.round(height * NAME_SHARE);
    context.font = `${size}px system-ui, sans-serif`;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    context.fillStyle = TEXT;
    context.shadowColor = BACKGROUND;
    context.shadowBlur = size / 2;
    const middle = below ? y + height - size * (0.5 + MARGIN) : y + height / 2;
    context.fillText(name, x + width / 2, middle, width - size);
    context.shadowBlur = 0;
  }
}
