import { followSpeaker, unfollowSpeaker } from './speaker.ts';

/** Elements whose playback the browser blocks until the user touches the page. */
const held = new Set<HTMLMediaElement>();

/**
 * Plays an element on the chosen speaker, now or as soon as a gesture allows it. A tap counts as a gesture only when it
 * ends, so with `pointerdown` alone a user who only watches on a phone would see a still picture.
 */
export function play(element: HTMLMediaElement): void {
  followSpeaker(element);
  element.play().catch(() => {
    held.add(element);
    listen();
  });
}

/** The element is gone: stops trying to play it. */
export function forgetPlayback(element: HTMLMediaElement): void {
  held.delete(element);
  unfollowSpeaker(element);
}

const GESTURES = ['pointerup', 'click', 'keydown'] as const;
let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  for (const gesture of GESTURES) document.addEventListener(gesture, resume, true);
}

/** Tries again at every gesture until all of them play. */
function resume(): void {
  for (const element of held) {
    element.play().then(
      () => {
        held.delete(element);
        if (held.size > 0) return;
        listening = false;
        for (const gesture of GESTURES) document.removeEventListener(gesture, resume, true);
      },
      () => {},
    );
  }
}
