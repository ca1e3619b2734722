import { expect, it } from 'vitest';
import { MediaWatch } from '../../src/client/media-watch.ts';

it('says for how long no media has come, and for how long nothing at all', () => {
  const watch = new MediaWatch();
  watch.look({ media: 0, all: 0 }, 0);
  watch.look({ media: 100, all: 150 }, 500);
  expect([watch.comes, watch.silentMs, watch.deadMs]).toEqual([true, 0, 0]);
  watch.look({ media: 100, all: 180 }, 1_000);
  expect([watch.comes, watch.silentMs, watch.deadMs]).toEqual([false, 500, 0]);
  watch.look({ media: 100, all: 180 }, 3_500);
  expect([watch.comes, watch.silentMs, watch.deadMs]).toEqual([false, 3_000, 2_500]);
  watch.look({ media: 101, all: 181 }, 4_000);
  expect([watch.comes, watch.silentMs, watch.deadMs]).toEqual([true, 0, 0]);
});

it('does not take what it slept through for silence', () => {
  const watch = new MediaWatch();
  watch.look({ media: 1, all: 1 }, 0);
  watch.look({ media: 1, all: 1 }, 60_000);
  expect([watch.silentMs, watch.deadMs]).toEqual([0, 0]);
  watch.look({ media: 1, all: 1 }, 61_000);
  expect([watch.silentMs, watch.deadMs]).toEqual([1_000, 1_000]);
});

it('begins anew after a rest, and does not take the first look for an arrival', () => {
  const watch = new MediaWatch();
  watch.look({ media: 5, all: 5 }, 0);
  watch.look({ media: 5, all: 5 }, 2_000);
  watch.rest();
  expect([watch.silentMs, watch.deadMs]).toEqual([0, 0]);
  watch.look({ media: 9, all: 9 }, 2_500);
  expect([watch.comes, watch.silentMs]).toEqual([false, 0]);
});
