import { PeerqlError } from './errors.ts';

/** The widths to which a picture is drawn down and up again, in pixels: less than a face or a letter needs. */
const WIDTHS = [160, 40, 160] as const;

/** A picture whose background is blurred, as a track. */
export class BlurredPicture {
  readonly track: MediaStreamTrack;
  readonly #source = new Layer();
  readonly #steps = WIDTHS.map(() => new Layer());
  readonly #result = new Layer();

  /** @throws {PeerqlError} `UNSUPPORTED` */
  constructor() {
    const { canvas } = this.#result;
    const [track] = 'captureStream' in canvas ? canvas.captureStream().getVideoTracks() : [];
    if (track === undefined) {
      throw new PeerqlError('UNSUPPORTED', 'This browser cannot send what it draws.');
    }
    this.track = track;
  }

  /** Keeps a picture, and returns it in a form that can be looked at. */
  keep(image: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
    this.#source.fill(image, width, height);
    return this.#source.canvas;
  }

  /** Shows the picture that was kept last: as it is where the mask is opaque, and blurred elsewhere. */
  show(mask: CanvasImageSource): void {
    const { width, height } = this.#source.canvas;
    // Safari has no filters for a canvas, so the picture is made small and large again.
    let blurred: CanvasImageSource = this.#source.canvas;
    for (const [index, step] of this.#steps.entries()) {
      const stepWidth = WIDTHS[index] ?? width;
      step.fill(blurred, stepWidth, Math.max(1, Math.round((stepWidth * height) / width)));
      blurred = step.canvas;
    }
    this.#result.fill(mask, width, height);
    this.#result.add(this.#source.canvas, 'source-in');
    this.#result.add(blurred, 'destination-over');
  }
}

/** A canvas for one step: each picture replaces the one before. */
class Layer {
  readonly canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;

  constructor() {
    const context = this.canvas.getContext('2d');
    if (context === null) throw new PeerqlError('UNSUPPORTED', 'This browser cannot draw.');
    this.#context = context;
  }

  fill(image: CanvasImageSource, width: number, height: number): void {
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.add(image, 'copy');
  }

  add(image: CanvasImageSource, operation: GlobalCompositeOperation): void {
    const { width, height } = this.canvas;
    this.#context.globalCompositeOperation = operation;
    this.#context.imageSmoothingQuality = 'high';
    this.#context.drawImage(image, 0, 0, width, height);
  }
}
