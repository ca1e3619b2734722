import type { VideoEffect } from '../client/index.ts';

let known: Promise<VideoEffect | null> | null = null;

/** The effect that blurs the background, if the server has its files, of which nothing is loaded before it is chosen. */
export function backgroundBlur(): Promise<VideoEffect | null> {
  known ??= findBlur().catch(() => {
    // Without it, calls are as well. The next screen asks again.
    known = null;
    return null;
  });
  return known;
}

async function findBlur(): Promise<VideoEffect | null> {
  const response = await fetch(new URL('./page.json', location.href));
  const settings = (await response.json()) as { readonly backgroundBlur: boolean };
  if (!settings.backgroundBlur) return null;
  const blur = await import('../client/background-blur.ts');
  return blur.backgroundBlur({ files: new URL('./selfie_segmentation/', location.href) });
}

/** Gives it to an element that has a switch for it, as soon as it is known. */
export function offerBlur(element: { backgroundBlur: VideoEffect | null }): void {
  void backgroundBlur().then((blur) => {
    element.backgroundBlur = blur;
  });
}
