import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundleElements, firstLoadOf } from './kit/elements-bundle.ts';

/**
 * The most that each part may weigh in an application, in bytes, gzipped, with lit and what it needs of the SDK, also what is
 * loaded only when it is used.
 */
const BUDGET = {
  call: 75_500,
  controls: 20_000,
  stage: 17_500,
  tile: 15_000,
  chat: 20_500,
  files: 18_500,
  people: 18_500,
  prejoin: 25_500,
  incoming: 22_000,
  'connection-check': 15_500,
} as const;

test.each(Object.entries(BUDGET))(
  '<peerql-%s> alone weighs at most %i bytes',
  async (name, most) => {
    const size = gzipSync(await bundleElements(name)).length;
    expect(size).toBeGreaterThan(5_000);
    expect(size).toBeLessThan(most);
  },
);

test('of <peerql-call> a page with a bundler loads at most 58,000 bytes at first', async () => {
  const size = await firstLoadOf('call');
  console.info(`<peerql-call> loads ${size} bytes at first, gzipped.`);
  expect(size).toBeGreaterThan(30_000);
  expect(size).toBeLessThan(58_000);
});
