import { expect, it } from 'vitest';
import { SpeakerDetector } from '../../src/client/speaker-detector.ts';

const STEP_MS = 200;

/** Lets everybody be as loud as given for a while; answers when it is then. */
function hear(
  detector: SpeakerDetector,
  from: number,
  steps: number,
  levels: Record<string, number>,
) {
  let now = from;
  for (let step = 0; step < steps; step += 1) {
    now += STEP_MS;
    detector.update(new Map(Object.entries(levels)), now);
  }
  return now;
}

it('knows nobody as the speaker until somebody is heard', () => {
  const detector = new SpeakerDetector();
  const now = hear(detector, 0, 10, { ann: 0, bob: 0.01 });
  expect(detector.active).toBeNull();
  expect(detector.isSpeaking('bob', now)).toBe(false);
  hear(detector, now, 1, { ann: 0, bob: 0.3 });
  expect(detector.active).toBe('bob');
});

it('stays with the last speaker in silence, and moves on to the next', () => {
  const detector = new SpeakerDetector();
  let now = hear(detector, 0, 5, { ann: 0.3, bob: 0 });
  now = hear(detector, now, 3, { ann: 0, bob: 0 });
  expect(detector.isSpeaking('ann', now)).toBe(true);
  now = hear(detector, now, 5, { ann: 0, bob: 0 });
  expect(detector.isSpeaking('ann', now)).toBe(false);
  expect(detector.active).toBe('ann');
  hear(detector, now, 5, { ann: 0, bob: 0.3 });
  expect(detector.active).toBe('bob');
});

it('is not taken over by one who is about as loud', () => {
  const detector = new SpeakerDetector();
  const now = hear(detector, 0, 5, { ann: 0.3, bob: 0 });
  hear(detector, now, 20, { ann: 0.3, bob: 0.35 });
  expect(detector.active).toBe('ann');
  hear(detector, now, 20, { ann: 0.1, bob: 0.5 });
  expect(detector.active).toBe('bob');
});

it('forgets one who has gone', () => {
  const detector = new SpeakerDetector();
  const now = hear(detector, 0, 5, { ann: 0.3, bob: 0 });
  hear(detector, now, 1, { bob: 0 });
  expect(detector.active).toBeNull();
  expect(detector.isSpeaking('ann', now)).toBe(false);
});
