import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CallMonitor } from '../../src/client/call-monitor.ts';
import type { RemoteParticipant } from '../../src/client/remote-participant.ts';

/** How often somebody says one syllable, in milliseconds. */
const EVERY_MS = 500;
const SYLLABLE_MS = 60;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it.each([0, 50, 110, 130, 170, 250])(
  'hears short syllables that come %i ms after it began to listen',
  (offset) => {
    const begun = performance.now();
    const heard: (string | null)[] = [];
    let speaking = false;
    const speaker = {
      audioLevel: () =>
        (performance.now() - begun + EVERY_MS - offset) % EVERY_MS < SYLLABLE_MS ? 0.3 : 0,
      observe: (observed: { speaking?: boolean }) => {
        speaking = observed.speaking ?? speaking;
      },
    } as unknown as RemoteParticipant;
    const monitor = new CallMonitor({
      others: () => new Map([['ann', speaker]]),
      statisticsIntervalMs: 0,
      onStatistics: () => {},
      onActiveSpeaker: (id) => heard.push(id),
    });
    try {
      vi.advanceTimersByTime(1000);
      expect(heard).toEqual(['ann']);
      expect(speaking).toBe(true);
    } finally {
      monitor.stop();
    }
  },
);
