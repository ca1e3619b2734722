import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundleElements } from './kit/elements-bundle.ts';

/** The most that each part may weigh in an application, in bytes, gzipped, with lit and what it needs of the SDK. */
const BUDGET = {
  call: 74_500,
  controls: 15_000,
  stage: 17_000,
  tile: 15_000,
  chat: 16_000,
  people: 17_000,
  prejoin: 20_500,
  incoming: 19_500,
} as const;

test.each(Object.entries(BUDGET))(
  '<peerql-%s> alone weighs at most %i bytes',
  async (name, most) => {
    const size = gzipSync(await bundleElements(name)).length;
    expect(size).toBeGreaterThan(5_000);
    expect(size).toBeLessThan(most);
  },
);
