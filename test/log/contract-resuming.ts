import { afterEach, beforeEach, expect, test } from 'vitest';
import { count, counterAggregate } from './counter.ts';
import {
  type CounterLogUnderTest,
  type CounterReader,
  follow,
  KEY,
  LOG_BOUNDS,
  type MakeCounterLog,
  said,
} from './kit.ts';

const { letGo } = counterAggregate(LOG_BOUNDS.graceMs);

/** Holds, leases, and what a follower that comes back gets. */
export function describeResuming(make: MakeCounterLog): void {
  let under: CounterLogUnderTest;
  let ann: CounterReader;
  let bob: CounterReader;
  beforeEach(async () => {
    under = await make(LOG_BOUNDS);
    ann = await follow(under, 'ann');
    bob = await follow(under, 'bob');
  });
  afterEach(() => under.close());

  async function lose({ followed, mailbox }: CounterReader): Promise<void> {
    mailbox.lose();
    await under.log.owe(KEY, letGo(followed.hold.id, followed.hold.fence));
  }

  async function counting(times: number): Promise<void> {
    for (let index = 0; index < times; index += 1) await under.log.run(KEY, count());
  }

  const numbers = (from: number, through: number) =>
    Array.from({ length: through - from + 1 }, (_, index) => from + index);

  test('who begins to follow sees what comes after its place, and what is kept', async () => {
    await counting(LOG_BOUNDS.historyMessages + 2);
    const cem = await follow(under, 'cem');
    await counting(1);
    await under.settle();
    expect(cem.followed.history.map(({ count: kept }) => kept)).toEqual(numbers(3, 7));
    expect(cem.counts()).toEqual([8]);
    for (const { position } of cem.entries) expect(position).toBeGreaterThan(cem.followed.position);
    expect(ann.counts()).toEqual(numbers(1, 8));
  });

  test('who comes back gets all that it missed, after its cursor or after what it is known to have', async () => {
    await counting(2);
    await under.settle();
    const after = ann.entries.at(-1)?.cursor ?? null;
    await lose(ann);
    await counting(3);
    await under.log.send(KEY, 'bob', 'stay-of-ann', said('Psst'), null);
    const back = await follow(under, 'ann', { after });
    expect(back.followed.recovered).toBe(true);
    expect(back.followed.history).toEqual([]);
    expect(back.counts()).toEqual([3, 4, 5]);
    expect(back.said()).toEqual(['Psst']);
    await lose(back);
    await counting(1);
    const again = await follow(under, 'ann');
    expect([again.followed.recovered, again.counts()]).toEqual([true, [6]]);
  });

  test('a cursor of another log, of before the beginning or of later is no place', async () => {
    await counting(3);
    const cem = await follow(under, 'cem');
    const wrong = [ann.followed.cursor, 'nonsense', `${ann.followed.cursor}0`];
    wrong.push(cem.followed.cursor.replace(/.$/, 'z'));
    for (const after of wrong) {
      await lose(cem);
      const back = await follow(under, 'cem', { after });
      expect(back.followed.recovered).toBe(false);
    }
  });

  test('beyond the entries of the tail nobody is recovered', async () => {
    await lose(ann);
    await counting(LOG_BOUNDS.replayEvents);
    const just = await follow(under, 'ann');
    expect(just.followed.recovered).toBe(true);
    await lose(just);
    await counting(LOG_BOUNDS.replayEvents + 1);
    const back = await follow(under, 'ann');
    expect([back.followed.recovered, back.entries]).toEqual([false, []]);
    await under.settle();
    expect(bob.counts()).toEqual(numbers(1, 2 * LOG_BOUNDS.replayEvents + 1));
  });

  test('beyond the bytes of the tail nobody is recovered, and it is delivered all the same', async () => {
    await lose(ann);
    const text = 'x'.repeat(LOG_BOUNDS.replayBytes / 4);
    for (let index = 0; index < 3; index += 1) {
      await under.log.send(KEY, 'bob', 'stay-of-ann', said(text), null);
    }
    const just = await follow(under, 'ann');
    expect([just.followed.recovered, just.said()]).toEqual([true, [text, text, text]]);
    await lose(just);
    for (let index = 0; index < 5; index += 1) {
      await under.log.send(KEY, 'bob', 'stay-of-ann', said(text), null);
    }
    const back = await follow(under, 'ann');
    expect([back.followed.recovered, back.entries]).toEqual([false, []]);
    await under.log.send(KEY, 'ann', 'stay-of-bob', said(text.repeat(5)), null);
    await under.settle();
    expect(bob.said()).toEqual([text.repeat(5)]);
  });

  test('a later hold takes over: the former mailbox ends, and an outdated hold does nothing', async () => {
    const back = await follow(under, 'ann');
    expect(back.followed.hold.fence).toBeGreaterThan(ann.followed.hold.fence);
    await lose(ann);
    await under.clock.advance(LOG_BOUNDS.graceMs * 2);
    await counting(1);
    await under.settle();
    expect(back.outcome).toBe('open');
    expect(back.counts()).toEqual([1]);
    expect(ann.entries).toEqual([]);
  });

  test('who is lost ends when the grace is over, and not before', async () => {
    await lose(ann);
    await under.clock.advance(LOG_BOUNDS.graceMs - 1);
    await under.settle();
    expect((await under.log.read(KEY))?.followers).toHaveLength(2);
    await under.clock.advance(1);
    await under.settle();
    expect((await under.log.read(KEY))?.followers.map(({ member }) => member)).toEqual(['bob']);
    await lose(bob);
    await under.clock.advance(LOG_BOUNDS.graceMs);
    await under.settle();
    expect(await under.log.read(KEY)).toBeNull();
    expect(under.log.keys()).toEqual([]);
  });
}
