import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/**
 * The folder of the package that finds people in pictures, with which the call page blurs backgrounds; null where it is not
 * installed. It is optional, since it would make the server's package several times as big.
 */
export function findSegmenter(): string | null {
  try {
    const { resolve } = createRequire(import.meta.url);
    return dirname(resolve('@mediapipe/selfie_segmentation/package.json'));
  } catch {
    return null;
  }
}
