import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitted, gridIn, layoutOf, type Rectangle } from '../../src/client/recording-layout.ts';

const HD = { width: 1_280, height: 720 };
const all = { x: 0, y: 0, ...HD };

function overlap(one: Rectangle, other: Rectangle): boolean {
  const near = 0.001;
  return (
    one.x + one.width > other.x + near &&
    other.x + other.width > one.x + near &&
    one.y + one.height > other.y + near &&
    other.y + other.height > one.y + near
  );
}

it('fills the picture with one, and makes four as big as they can be', () => {
  expect(gridIn(all, 0)).toEqual([]);
  expect(gridIn(all, 1)).toEqual([all]);
  const quarter = { width: 640, height: 360 };
  expect(gridIn(all, 4)).toEqual([
    { x: 0, y: 0, ...quarter },
    { x: 640, y: 0, ...quarter },
    { x: 0, y: 360, ...quarter },
    { x: 640, y: 360, ...quarter },
  ]);
  // The third of three is in the middle of its row.
  expect(gridIn(all, 3)[2]).toEqual({ x: 320, y: 360, ...quarter });
});

it('puts everybody inside, and nobody over another', () => {
  fc.assert(
    fc.property(fc.nat({ max: 25 }), fc.nat({ max: 3 }), (people, screens) => {
      const layout = layoutOf(HD, people, screens);
      const places = [...layout.people, ...layout.screens];
      expect(layout.people).toHaveLength(people);
      expect(layout.screens).toHaveLength(screens);
      for (const [index, place] of places.entries()) {
        expect(place.x).toBeGreaterThanOrEqual(-0.001);
        expect(place.y).toBeGreaterThanOrEqual(-0.001);
        expect(place.x + place.width).toBeLessThanOrEqual(HD.width + 0.001);
        expect(place.y + place.height).toBeLessThanOrEqual(HD.height + 0.001);
        expect(places.slice(index + 1).some((other) => overlap(place, other))).toBe(false);
      }
    }),
  );
});

it('cuts nothing off a picture of another shape', () => {
  expect(fitted(all, { width: 360, height: 720 })).toEqual({
    x: 460,
    y: 0,
    width: 360,
    height: 720,
  });
  expect(fitted(all, { width: 2_560, height: 720 })).toEqual({
    x: 0,
    y: 180,
    width: 1_280,
    height: 360,
  });
});
