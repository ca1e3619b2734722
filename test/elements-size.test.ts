import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundleElements, firstLoadOf } from './kit/elements-bundle.ts';

/** The most that each part may weigh in an application, in bytes, gzipped, with lit and what it needs of the SDK. */
const BUDGET = {
  call: 76_000,
  controls: 15_500,
  stage: 17_500,
  tile: 15_000,
  chat: 16_000,
  people: 17_000,
  prejoin: 21_000,
  incoming: 20_000,
} as const;

test.each(Object.entries(BUDGET))(
  '<peerql-%s> alone weighs at most %i bytes',
  async (name, most) => {
    const size = gzipSync(await bundleElements(name)).length;
    expect(size).toBeGreaterThan(5_000);
    expect(size).toBeLessThan(most);
  },
);

test('of <peerql-call> a page with a bundler loads at most 65,000 bytes at first', async () => {
  const size = await firstLoadOf('call');
  console.info(`<peerql-call> loads ${size} bytes at first, gzipped.`);
  expect(size).toBeGreaterThan(30_000);
  expect(size).toBeLessThan(65_000);
});
