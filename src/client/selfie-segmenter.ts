import type { SelfieSegmentation } from '@mediapipe/selfie_segmentation';
import { NetworkError } from './errors.ts';

/** Takes a mask that is opaque where there is a person. It can be drawn at once, and not later. */
export type UseMask = (mask: CanvasImageSource) => void;

/** The model for pictures that are wider than they are high; it is the faster one. */
const LANDSCAPE = 1;

const scripts = new Map<string, Promise<void>>();
const open = new Map<string, { readonly segmenter: Promise<SelfieSegmenter>; users: number }>();

/** Finds the people in pictures, with MediaPipe's selfie segmenter. */
export class SelfieSegmenter {
  readonly #solution: SelfieSegmentation;
  /** Pictures are looked at one after the other. */
  #last: Promise<void> = Promise.resolve();
  #useMask: UseMask = () => {};

  private constructor(solution: SelfieSegmentation) {
    this.#solution = solution;
    solution.setOptions({ modelSelection: LANDSCAPE });
    solution.onResults(({ segmentationMask }) => this.#useMask(segmentationMask));
  }

  /**
   * Opens it with the files in a folder, or uses the one that is open: two at a time would disturb each other.
   * @param signal aborts when it is not used any more
   * @throws {NetworkError} when a file cannot be loaded
   */
  static async use(folder: URL, signal: AbortSignal): Promise<SelfieSegmenter> {
    const shared = open.get(folder.href) ?? { segmenter: SelfieSegmenter.#load(folder), users: 0 };
    open.set(folder.href, shared);
    shared.users += 1;
    const leave = () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      open.delete(folder.href);
      void shared.segmenter.then((segmenter) => segmenter.#close()).catch(() => {});
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
    return await shared.segmenter;
  }

  static async #load(folder: URL): Promise<SelfieSegmenter> {
    await loadScript(new URL('selfie_segmentation.js', folder).href);
    const { SelfieSegmentation } = globalThis as typeof globalThis & Partial<Package>;
    if (SelfieSegmentation === undefined) {
      throw new TypeError(`${folder.href} is not the package @mediapipe/selfie_segmentation.`);
    }
    const locateFile = (name: string) => new URL(name, folder).href;
    const segmenter = new SelfieSegmenter(new SelfieSegmentation({ locateFile }));
    await segmenter.#solution.initialize();
    return segmenter;
  }

  /** Looks at a picture, and resolves after `useMask` was called. */
  async segment(picture: HTMLCanvasElement, useMask: UseMask): Promise<void> {
    const done = this.#last.then(async () => {
      this.#useMask = useMask;
      await this.#solution.send({ image: picture });
    });
    this.#last = done.catch(() => {});
    await done;
  }

  async #close(): Promise<void> {
    await this.#last;
    await this.#solution.close();
  }
}

interface Package {
  readonly SelfieSegmentation: typeof SelfieSegmentation;
}

/** Loads a classic script once: the package's is no module, and bundlers break it. */
function loadScript(src: string): Promise<void> {
  const known = scripts.get(src);
  if (known !== undefined) return known;
  const loading = new Promise<void>((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src });
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => {
      scripts.delete(src);
      script.remove();
      reject(new NetworkError(`${src} could not be loaded.`));
    });
    document.head.append(script);
  });
  scripts.set(src, loading);
  return loading;
}
