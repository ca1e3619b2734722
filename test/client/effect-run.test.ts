import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runEffect, STARTS_WITHIN_MS } from '../../src/client/effect-run.ts';
import type { VideoEffect } from '../../src/client/video-effect.ts';
import { FakeTrack } from '../kit/fake-device.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const asTrack = (track: FakeTrack) => track as unknown as MediaStreamTrack;

/** @param picture whether its track shows one */
function start(process: VideoEffect['process'], picture = true) {
  const camera = asTrack(new FakeTrack('camera'));
  const giveUp = new AbortController();
  const failed = vi.fn();
  const run = runEffect({ name: 'any', process }, camera, {
    giveUp: giveUp.signal,
    failed,
    firstPicture: () => (picture ? Promise.resolve() : new Promise(() => {})),
  });
  return { camera, giveUp, failed, run };
}

it('gives the track of the effect, and ends it without the camera', async () => {
  const made = new FakeTrack('made');
  const process = vi.fn<VideoEffect['process']>(() => asTrack(made));
  const { run, camera, failed } = start(process);
  const { track, stop } = await run;
  expect(track).toBe(made);
  stop();
  const { signal, fail } = process.mock.calls[0]?.[1] ?? {};
  expect([signal?.aborted, made.readyState, camera.readyState]).toEqual([true, 'ended', 'live']);
  fail?.(new Error('Too late.'));
  expect(failed).not.toHaveBeenCalled();
});

it('fails with what the effect throws', async () => {
  const why = new Error('No graphics.');
  const { run } = start(() => Promise.reject(why));
  await expect(run).rejects.toBe(why);
});

it('fails when the effect says so before its first picture', async () => {
  const made = new FakeTrack('made');
  const { run } = start((_, { fail }) => {
    queueMicrotask(() => fail(new Error('No model.')));
    return asTrack(made);
  }, false);
  await expect(run).rejects.toThrow('No model.');
  expect(made.readyState).toBe('ended');
});

it.each([
  ['the camera itself', (camera: MediaStreamTrack) => camera],
  ['nothing', () => undefined as unknown as MediaStreamTrack],
])('takes no effect that returns %s, and leaves the camera alone', async (_, process) => {
  const { run, camera } = start(process);
  await expect(run).rejects.toThrow(TypeError);
  expect(camera.readyState).toBe('live');
});

it('fails when there is no picture in time', async () => {
  const made = new FakeTrack('made');
  const { run } = start(() => asTrack(made), false);
  const outcome = expect(run).rejects.toThrow('no picture within 30 seconds');
  await vi.advanceTimersByTimeAsync(STARTS_WITHIN_MS - 1);
  expect(made.readyState).toBe('live');
  await vi.advanceTimersByTimeAsync(1);
  await outcome;
  expect(made.readyState).toBe('ended');
});

it('stops a track that comes after it was given up', async () => {
  let give: (track: MediaStreamTrack) => void = () => {};
  const process = vi.fn<VideoEffect['process']>(
    () =>
      new Promise((resolve) => {
        give = resolve;
      }),
  );
  const { run, giveUp } = start(process);
  giveUp.abort(new Error('Overtaken.'));
  await expect(run).rejects.toThrow('Overtaken.');
  expect(process.mock.calls[0]?.[1].signal.aborted).toBe(true);
  const late = new FakeTrack('late');
  give(asTrack(late));
  await vi.advanceTimersByTimeAsync(0);
  expect(late.readyState).toBe('ended');
});

it('tells once when it cannot go on, and stops its track', async () => {
  const made = new FakeTrack('made');
  const process = vi.fn<VideoEffect['process']>(() => asTrack(made));
  const { run, failed } = start(process);
  await run;
  process.mock.calls[0]?.[1].fail('out of memory');
  process.mock.calls[0]?.[1].fail('again');
  expect(failed).toHaveBeenCalledExactlyOnceWith('out of memory');
  expect(made.readyState).toBe('ended');
});

it('fails soon when the camera ends before the first picture, or has ended already', async () => {
  const made = new FakeTrack('made');
  const { run, camera } = start(() => asTrack(made), false);
  (camera as unknown as FakeTrack).lose();
  await expect(run).rejects.toThrow('The camera has ended.');
  expect(made.readyState).toBe('ended');
});

it('counts a track that ends as failed', async () => {
  const made = new FakeTrack('made');
  const { run, failed } = start(() => asTrack(made));
  await run;
  made.lose();
  expect(failed).toHaveBeenCalledExactlyOnceWith(new Error('Its track ended.'));
});
