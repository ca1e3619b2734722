import { BlurredPicture } from './blurred-picture.ts';
import { picturesOf } from './camera-pictures.ts';
import { InvalidInputError } from './errors.ts';
import { SelfieSegmenter } from './selfie-segmenter.ts';
import type { VideoEffect } from './video-effect.ts';

export interface BackgroundBlurOptions {
  /**
   * The address of the folder with the files of the npm package `@mediapipe/selfie_segmentation`, which your own server
   * serves. Everything is loaded from there when the effect is first used, and nothing from anywhere else.
   */
  readonly files: string | URL;
}

/**
 * Blurs what is behind the person in front of the camera, in this browser. docs/effects.md says what it needs and costs.
 * @throws {InvalidInputError} when `files` is no address
 * @example
 * import { backgroundBlur } from '@peerql/client/background-blur';
 *
 * await call.setVideoEffect(backgroundBlur({ files: '/selfie_segmentation/' }));
 */
export function backgroundBlur({ files }: BackgroundBlurOptions): VideoEffect {
  const folder = folderAt(files);
  return {
    name: 'background-blur',
    process: async (camera, { signal, fail }) => {
      const picture = new BlurredPicture();
      const segmenter = await SelfieSegmenter.use(folder, signal);
      const blur = async () => {
        for await (const { image, width, height } of picturesOf(camera, signal)) {
          if (signal.aborted) return;
          const kept = picture.keep(image, width, height);
          await segmenter.segment(kept, (mask) => picture.show(mask));
        }
      };
      blur().catch(fail);
      return picture.track;
    },
  };
}

function folderAt(files: string | URL): URL {
  const address = String(files);
  try {
    return new URL(address.endsWith('/') ? address : `${address}/`, document.baseURI);
  } catch {
    const message = 'has to be the address of a folder';
    throw new InvalidInputError(`files ${message}.`, [{ path: 'files', message }]);
  }
}
