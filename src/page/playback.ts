/** Elements whose playback the browser holds back until somebody touches the page. */
const held = new Set<HTMLMediaElement>();

/**
 * Plays an element now, or as soon as a gesture allows it. A tap counts as one only when it ends, so listening to
 * `pointerdown` alone would leave somebody who only watches on a phone with a still picture.
 */
export function play(element: HTMLMediaElement): void {
  element.play().catch(() => {
    held.add(element);
    listen();
  });
}

/** The element is gone: nothing is to be played any more. */
export function forgetPlayback(element: HTMLMediaElement): void {
  held.delete(element);
}

const GESTURES = ['pointerup', 'click', 'keydown'] as const;
let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  for (const gesture of GESTURES) document.addEventListener(gesture, resume, true);
}

/** Tries again at every gesture until each of them plays. */
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
