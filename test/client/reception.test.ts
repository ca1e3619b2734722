import { expect, it } from 'vitest';
import { Reception } from '../../src/client/reception.ts';
import type { WantedVideo } from '../../src/client/wanted-video.ts';

/** Somebody who is asked for video. */
function somebody() {
  const asked: WantedVideo[] = [];
  return { asked, receive: (wanted: WantedVideo) => asked.push(wanted) };
}

it('asks for what was wanted, keeps what is not mentioned, and knows nothing of who has left', () => {
  const ann = somebody();
  const reception = new Reception(() => new Map([['ann', ann]]));
  reception.set('ann', { video: false });
  reception.set('ann', { screen: false });
  reception.set('ann', { video: true });
  reception.set('bob', { video: false });
  expect(ann.asked).toEqual([
    { video: false, screen: true },
    { video: false, screen: false },
    { video: true, screen: false },
  ]);
  const bad = { video: 'no' } as unknown as Partial<WantedVideo>;
  expect(() => reception.set('ann', bad)).toThrow('video has to be true or false');
});

it('receives everything while a recording needs it, and then again what is wanted', () => {
  const [ann, bob] = [somebody(), somebody()];
  const others = new Map([['ann', ann]]);
  const reception = new Reception(() => others);
  reception.set('ann', { video: false });
  const stops = [reception.needAll(), reception.needAll()];
  others.set('bob', bob);
  reception.set('bob', { screen: false });
  expect(ann.asked.at(-1)).toEqual({ video: true, screen: true });
  expect(bob.asked.at(-1)).toEqual({ video: true, screen: true });
  stops[0]?.();
  expect(ann.asked.at(-1)).toEqual({ video: true, screen: true });
  stops[1]?.();
  expect(ann.asked.at(-1)).toEqual({ video: false, screen: true });
  expect(bob.asked.at(-1)).toEqual({ video: true, screen: false });
});
