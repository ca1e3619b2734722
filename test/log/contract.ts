import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NotInRoomError, PeerNotInRoomError, RoomFullError } from '../../src/domain/errors.ts';
import { failure } from '../roomlog/kit.ts';
import { describeResuming } from './contract-resuming.ts';
import { count, end, MOST, reset, waitFor, whisper } from './counter.ts';
import {
  type CounterLogUnderTest,
  follow,
  KEY,
  LOG_BOUNDS,
  type MakeCounterLog,
  OTHER_KEY,
  said,
} from './kit.ts';

/** What every {@link Log} promises, as tests that know no rooms. */
export function describeLog(name: string, make: MakeCounterLog): void {
  describe(name, () => {
    describe('deciding', () => describeDeciding(make));
    describe('following and resuming', () => describeResuming(make));
  });
}

function describeDeciding(make: MakeCounterLog): void {
  let under: CounterLogUnderTest;
  beforeEach(async () => {
    under = await make(LOG_BOUNDS);
  });
  afterEach(() => under.close());

  test('decisions that are asked at once take effect one after the other, each once', async () => {
    const ann = await follow(under, 'ann');
    const replies = await Promise.all(
      Array.from({ length: 30 }, () => under.log.run(KEY, count())),
    );
    expect(replies).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    await under.settle();
    expect(ann.counts()).toEqual(replies);
    const positions = ann.entries.map(({ position }) => position);
    expect(positions).toEqual(positions.map((_, index) => (positions[0] ?? 0) + index));
    const cursors = ann.entries.map(({ cursor }) => cursor);
    expect(cursors).toEqual([...cursors].sort());
  });

  test('what is refused changes nothing and is told to nobody', async () => {
    const ann = await follow(under, 'ann');
    await under.log.run(KEY, count(MOST));
    expect(await failure(() => under.log.run(KEY, count()))).toBeInstanceOf(RoomFullError);
    await under.settle();
    expect(ann.counts()).toEqual([MOST]);
    expect((await under.log.read(KEY))?.count).toBe(MOST);
    const nobody = () =>
      under.log.run(OTHER_KEY, () => {
        throw new RoomFullError(0);
      });
    expect(await failure(nobody)).toBeInstanceOf(RoomFullError);
    expect(await under.log.read(OTHER_KEY)).toBeNull();
  });

  test('aggregates know nothing of each other', async () => {
    const ann = await follow(under, 'ann');
    await follow(under, 'bob', { key: OTHER_KEY });
    await under.log.run(OTHER_KEY, count(7));
    await under.settle();
    expect(ann.entries).toEqual([]);
    expect([...under.log.keys()].sort()).toEqual([KEY, OTHER_KEY]);
    expect((await under.log.read(OTHER_KEY))?.count).toBe(7);
  });

  test('a state outlives its log, until it is nothing', async () => {
    const ann = await follow(under, 'ann');
    await under.log.run(KEY, count(3));
    await under.log.run(KEY, end('stay-of-ann'));
    await under.settle();
    expect(under.log.keys()).toEqual([]);
    expect((await under.log.read(KEY))?.count).toBe(3);
    const again = await follow(under, 'ann');
    expect(again.followed.reply).toBe(3);
    expect(again.followed.history).toEqual([]);
    expect(again.followed.cursor > ann.followed.cursor).toBe(true);
    await under.log.run(KEY, reset());
    await under.settle();
    expect(again.outcome).toBe('ended');
    expect(await under.log.read(KEY)).toBeNull();
  });

  test('an entry for all but one, one for one alone, and what one sends another', async () => {
    const ann = await follow(under, 'ann');
    const bob = await follow(under, 'bob');
    await under.log.run(KEY, count(1, 'stay-of-ann'));
    await under.log.run(KEY, whisper('stay-of-ann', 'Psst'));
    await under.log.send(KEY, 'ann', 'stay-of-bob', said('Hi'), null);
    await under.settle();
    expect([ann.counts(), bob.counts()]).toEqual([[], [1]]);
    expect([ann.said(), bob.said()]).toEqual([['Psst'], ['Hi']]);
    expect(bob.entries.at(-1)).toMatchObject({ to: 'stay-of-bob', from: 'stay-of-ann' });
  });

  test('only who follows sends, and only to another who does', async () => {
    await follow(under, 'ann');
    const send = (from: string, to: string) => () => under.log.send(KEY, from, to, said('x'), null);
    expect(await failure(send('nobody', 'stay-of-ann'))).toBeInstanceOf(NotInRoomError);
    expect(await failure(send('ann', 'stay-of-ann'))).toBeInstanceOf(PeerNotInRoomError);
    expect(await failure(send('ann', 'constructor'))).toBeInstanceOf(PeerNotInRoomError);
    const elsewhere = () => under.log.send(OTHER_KEY, 'ann', 'stay-of-ann', said('x'), null);
    expect(await failure(elsewhere)).toBeInstanceOf(NotInRoomError);
  });

  test('what is sent or posted again by its id is done once, and the two do not meet', async () => {
    await follow(under, 'ann');
    const bob = await follow(under, 'bob');
    const sent = await under.log.send(KEY, 'ann', 'stay-of-bob', said('once'), 'id');
    expect(await under.log.send(KEY, 'ann', 'stay-of-bob', said('twice'), 'id')).toBe(sent);
    const posted = await under.log.post(KEY, 'ann', 'id', count());
    expect(await under.log.post(KEY, 'ann', 'id', count())).toEqual(posted);
    expect(await under.log.post(KEY, 'bob', 'id', count())).not.toEqual(posted);
    await under.settle();
    expect(bob.said()).toEqual(['once']);
    expect(bob.counts()).toEqual([1, 2]);
    expect(bob.entries[0]?.cursor).toBe(sent);
    expect(bob.entries[1]).toMatchObject(posted);
  });

  test('who waits is answered once, or not at all where it ended without a word', async () => {
    const answers: string[] = [];
    const wait = (id: string, until: number) =>
      under.log.wait(KEY, id, waitFor(id, until), (answer) => answers.push(`${id} ${answer}`));
    await wait('one', 2);
    await wait('two', 3);
    await wait('three', 3);
    expect(under.log.keys()).toEqual([KEY]);
    await under.log.run(KEY, count());
    await under.settle();
    expect(answers).toEqual([]);
    await under.log.run(KEY, count());
    await under.log.oweFor({ session: 'nobody’s' }, reset());
    await under.settle();
    expect(answers).toEqual(['one reached']);
    await under.log.run(KEY, count());
    await under.log.run(KEY, count());
    await under.settle();
    expect(answers).toEqual(['one reached', 'two reached', 'three reached']);
    expect(under.log.keys()).toEqual([]);
  });

  test('what concerns a member or a session is done where it follows or waits, and nowhere else', async () => {
    await follow(under, 'ann', { session: 'one' });
    await follow(under, 'ann', { key: OTHER_KEY, session: 'two' });
    await under.log.oweFor({ session: 'one' }, count());
    expect((await under.log.read(KEY))?.count).toBe(1);
    expect((await under.log.read(OTHER_KEY))?.count).toBe(0);
    await under.log.oweFor({ session: 'two' }, count());
    await under.log.oweFor({ session: 'three' }, count());
    expect((await under.log.read(OTHER_KEY))?.count).toBe(1);
    await under.log.wait(OTHER_KEY, 'one', waitFor('one', MOST, 'four', 'bob'), () => {});
    await under.log.oweFor({ member: 'bob' }, count());
    await under.log.oweFor({ member: 'cem' }, count());
    expect((await under.log.read(KEY))?.count).toBe(1);
    expect((await under.log.read(OTHER_KEY))?.count).toBe(2);
  });

  test('facts are told to who observes, with their places, once and in order', async () => {
    const facts: string[] = [];
    under.log.observe((key, { at }, { counted }) => facts.push(`${key === KEY} ${at} ${counted}`));
    await follow(under, 'ann');
    for (let index = 0; index < 3; index += 1) await under.log.run(KEY, count());
    await under.settle();
    expect(facts).toEqual([1, 2, 3].map((counted) => `true ${under.clock.now()} ${counted}`));
  });

  test('news are heard, here too', async () => {
    const heard: string[] = [];
    under.log.onNews(({ hello }) => heard.push(hello));
    await under.log.spread({ hello: 'everybody' });
    await under.settle();
    expect(new Set(heard)).toEqual(new Set(['everybody']));
  });
}
