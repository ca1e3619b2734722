import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AnsweredElsewhereError,
  CallAnsweredError,
  CallEndedError,
} from '../../src/domain/call/errors.ts';
import { remainingMs } from '../../src/domain/person/entry.ts';
import { failure } from '../roomlog/kit.ts';
import { TestDevice } from './device.ts';
import { type CallNode, GRACE_MS, type House, RING_MS } from './house.ts';

/** What people may rely on, whichever log their calls are in. */
export function describeCalls(
  name: string,
  make: (people: readonly string[]) => House | Promise<House>,
): void {
  describe(name, () => {
    let house: House;
    let node: CallNode;
    beforeEach(async () => {
      house = await make(['ann', 'bob', 'cem']);
      const [first] = house.nodes;
      if (first === undefined) throw new Error('There is no node.');
      node = first;
    });
    afterEach(async () => {
      await house.close();
      expect(house.around.failures).toEqual([]);
    });

    async function online(userId: string, clientKey = `tab-of-${userId}`): Promise<TestDevice> {
      const device = new TestDevice(userId, clientKey);
      await device.attend(node);
      await house.settle();
      return device;
    }

    const typesOf = ({ events }: TestDevice) =>
      events.map(({ type }) => type).filter((type) => type !== 'PresenceChanged');
    const reasonOf = ({ events }: TestDevice) =>
      events.flatMap((event) => (event.type === 'CallEnded' ? [event.reason] : []));
    const historyOf = (id: string) => house.around.history.get(id)?.map(({ reason }) => reason);

    describe('ringing', () => {
      test.each([-3_600_000, 3_600_000])(
        'somebody who was online before the clock was set by %i ms can be rung, as long as ever',
        async (step) => {
          await online('ann');
          const [bob, phone] = [await online('bob'), await online('bob', 'phone')];
          // Something is due for Bob while the clock is set.
          await phone.cut();
          house.clock.jump(step);
          await node.ring('x', 'ann', ['bob']);
          await house.settle();
          const shown = bob.events.flatMap((event) =>
            event.type === 'CallRinging' ? [remainingMs(event.call)] : [],
          );
          expect(shown).toEqual([expect.toSatisfy((ms: number) => Math.abs(ms - RING_MS) < 500)]);
          await house.pass(RING_MS - 1000);
          expect(bob.shown.get('x')).toBe(true);
          await house.pass(2000);
          await house.settle();
          expect(bob.shown.get('x')).not.toBe(true);
          expect(historyOf('x')).toEqual(['MISSED']);
        },
      );

      test('a call is accepted on one device, the other stops, and it ends when one hangs up', async () => {
        const [ann, phone, laptop] = [
          await online('ann'),
          await online('bob', 'phone'),
          await online('bob', 'laptop'),
        ];
        const call = await node.ring('x', 'ann', ['bob']);
        await house.settle();
        expect(call).toMatchObject({ state: 'RINGING', legs: [{ state: 'RINGING' }] });
        expect([phone.shown.get('x'), laptop.shown.get('x')]).toEqual([true, true]);
        expect(await node.calls.accept('x', 'bob', 'phone')).toMatchObject({ state: 'ACTIVE' });
        // The same device asks again; another one is too late.
        expect(await node.calls.accept('x', 'bob', 'phone')).toMatchObject({ state: 'ACTIVE' });
        const late = await failure(() => node.calls.accept('x', 'bob', 'laptop'));
        expect(late).toBeInstanceOf(AnsweredElsewhereError);
        expect(await failure(() => node.calls.cancel('x', 'ann'))).toBeInstanceOf(
          CallAnsweredError,
        );
        await house.settle();
        expect([phone.shown.get('x'), laptop.shown.get('x')]).toEqual([false, false]);
        expect(await node.presenceOf('bob')).toBe('IN_CALL');
        house.around.rooms.enter('room-x', 'ann');
        house.around.rooms.enter('room-x', 'bob');
        await house.pass(20_000);
        await house.settle();
        house.around.rooms.leave('room-x', 'bob');
        await house.settle();
        expect(reasonOf(ann)).toEqual(['HUNG_UP']);
        expect(typesOf(laptop)).toEqual(['CallRinging', 'CallUpdated', 'CallEnded']);
        expect(historyOf('x')).toEqual(['HUNG_UP']);
        expect(house.around.closedRooms).toEqual(new Set(['room-x']));
        expect(await node.presenceOf('bob')).toBe('ONLINE');
        expect(house.around.activities.map(({ type }) => type)).toEqual([
          'call.ringing',
          'call.answered',
          'call.ended',
        ]);
      });

      test('a call that nobody answers is missed after its time, and not before', async () => {
        const [ann, bob] = [await online('ann'), await online('bob')];
        await node.ring('x', 'ann', ['bob']);
        await house.pass(RING_MS - 1);
        await house.settle();
        expect(bob.shown.get('x')).toBe(true);
        await house.pass(1);
        await house.settle();
        expect([reasonOf(ann), reasonOf(bob)]).toEqual([['MISSED'], ['MISSED']]);
        expect(await failure(() => node.calls.accept('x', 'bob', 'tab'))).toBeInstanceOf(
          CallEndedError,
        );
        expect(historyOf('x')).toEqual(['MISSED']);
      });

      test('who is in a call is busy at once; who has no device cannot be reached', async () => {
        await online('ann');
        await online('bob');
        const cem = await online('cem');
        await node.ring('x', 'ann', ['bob']);
        const busy = await node.ring('y', 'cem', ['bob']);
        expect(busy).toMatchObject({ state: 'ENDED', reason: 'BUSY', legs: [{ state: 'BUSY' }] });
        const nobody = await node.ring('z', 'cem', ['dan']);
        expect(nobody).toMatchObject({ state: 'ENDED', reason: 'UNREACHABLE' });
        // A caller has one call at a time.
        expect(await node.ring('w', 'ann', ['cem'])).toBeNull();
        await house.settle();
        expect(cem.shown.size).toBe(0);
      });

      test('a second call knocks if the callee lets it; whoever accepts it leaves the first', async () => {
        const [ann, bob, cem] = [await online('ann'), await online('bob'), await online('cem')];
        house.around.waiting.add('bob');
        await node.ring('x', 'ann', ['bob']);
        await node.calls.accept('x', 'bob', 'tab');
        for (const who of ['ann', 'bob']) house.around.rooms.enter('room-x', who);
        expect(await node.ring('y', 'cem', ['bob'])).toMatchObject({ state: 'RINGING' });
        await house.settle();
        const rings = bob.events.flatMap((event) =>
          event.type === 'CallRinging' ? [[event.call.id, event.waiting]] : [],
        );
        expect(rings).toEqual([
          ['x', false],
          ['y', true],
        ]);
        // One call knocks, not two.
        const dan = await online('dan');
        expect(await node.ring('z', 'dan', ['bob'])).toMatchObject({ reason: 'BUSY' });
        await node.calls.accept('y', 'bob', 'tab');
        await house.settle();
        expect([reasonOf(ann), reasonOf(bob)]).toEqual([['HUNG_UP'], ['HUNG_UP']]);
        expect([[...bob.shown], [...cem.shown]]).toEqual([[['y', false]], [['y', false]]]);
        expect([historyOf('x'), reasonOf(dan)]).toEqual([['HUNG_UP'], ['BUSY']]);
      });

      test('a call that knocks goes on ringing when the first ends, and can be declined alone', async () => {
        const [ann, bob] = [await online('ann'), await online('bob')];
        const cem = await online('cem');
        house.around.waiting.add('bob');
        await node.ring('x', 'ann', ['bob']);
        await node.ring('y', 'cem', ['bob']);
        await node.calls.cancel('x', 'ann');
        await house.settle();
        expect([...bob.shown]).toEqual([['y', true]]);
        await node.ring('z', 'ann', ['bob']);
        await node.calls.decline('y', 'bob');
        await house.settle();
        expect([...bob.shown]).toEqual([['z', true]]);
        expect([reasonOf(ann), reasonOf(cem)]).toEqual([['CANCELLED'], ['DECLINED']]);
      });

      test('who rings somebody, and answers a call that knocks, cancels their own', async () => {
        const [ann, bob, cem] = [await online('ann'), await online('bob'), await online('cem')];
        house.around.waiting.add('bob');
        await node.ring('x', 'bob', ['ann']);
        await node.ring('y', 'cem', ['bob']);
        await node.calls.accept('y', 'bob', 'tab');
        await house.settle();
        expect([reasonOf(ann), reasonOf(bob)]).toEqual([['CANCELLED'], ['CANCELLED']]);
        expect([[...bob.shown], [...cem.shown]]).toEqual([[['y', false]], [['y', false]]]);
      });

      test('the ring of somebody with a push subscription waits until they come', async () => {
        await online('ann');
        house.around.pushed.add('bob');
        await node.ring('x', 'ann', ['bob']);
        await house.pass(5000);
        const bob = await online('bob');
        expect(bob.shown.get('x')).toBe(true);
      });

      test('what comes late does not let anything ring again', async () => {
        await online('ann');
        const bob = await online('bob');
        const call = await node.ring('x', 'ann', ['bob']);
        await node.calls.cancel('x', 'ann');
        await house.settle();
        if (call === null) throw new Error('There is no call.');
        const { caller, legs } = call;
        const callee = legs[0]?.user ?? caller;
        expect(await node.persons.claimCallee(callee, call, { wait: true, knock: true })).toEqual({
          how: 'OVER',
        });
        await node.persons.hear(callee, { ...call, revision: 100, state: 'ACTIVE' });
        await house.settle();
        expect(typesOf(bob)).toEqual(['CallRinging', 'CallEnded']);
      });

      test('two who ring each other at once are in the earlier call, both', async () => {
        const [ann, bob] = [await online('ann'), await online('bob')];
        const [one, two] = await Promise.all([
          node.ring('x', 'ann', ['bob']),
          node.ring('y', 'bob', ['ann']),
        ]);
        await house.settle();
        expect(one).toMatchObject({ id: 'x' });
        expect(two).toMatchObject({ id: 'x' });
        const record = await node.calls.read('x');
        expect(record?.call).toMatchObject({ state: 'ACTIVE', legs: [{ state: 'ACCEPTED' }] });
        expect([[...ann.shown], [...bob.shown]]).toEqual([[['x', false]], [['x', false]]]);
        expect(historyOf('y')).toBeUndefined();
      });

      test('who rings somebody whose ring they have not seen yet accepts it', async () => {
        const bob = await online('bob');
        await online('ann');
        await node.ring('x', 'ann', ['bob']);
        expect(await node.ring('y', 'bob', ['ann'])).toMatchObject({ id: 'x', state: 'ACTIVE' });
        await house.settle();
        expect([...bob.shown]).toEqual([['x', false]]);
      });

      test('when the last device of a side is gone, the ring ends', async () => {
        const [ann, bob] = [await online('ann'), await online('bob')];
        await node.ring('x', 'ann', ['bob']);
        await ann.cut();
        await house.pass(GRACE_MS);
        await house.settle();
        expect(reasonOf(bob)).toEqual(['CANCELLED']);
        await ann.attend(node);
        await node.ring('y', 'ann', ['bob']);
        await bob.leave();
        await house.settle();
        expect((await node.calls.read('y'))?.call).toMatchObject({
          state: 'ENDED',
          reason: 'MISSED',
        });
      });

      test('who has been there for some seconds is missed, also if the node that saw them leave dies', async () => {
        const [ann, bob] = [await online('ann'), await online('bob')];
        await node.ring('x', 'ann', ['bob']);
        await node.calls.accept('x', 'bob', 'tab');
        for (const who of ['ann', 'bob']) house.around.rooms.enter('room-x', who);
        await house.pass(GRACE_MS / 2);
        house.around.rooms.leave('room-x', 'bob', false);
        await house.pass(GRACE_MS * 2);
        expect([reasonOf(ann), reasonOf(bob)]).toEqual([['HUNG_UP'], ['HUNG_UP']]);
      });

      test('an answered call whose room nobody enters is abandoned after the grace', async () => {
        const ann = await online('ann');
        await online('bob');
        await node.ring('x', 'ann', ['bob']);
        await node.calls.accept('x', 'bob', 'tab');
        await house.pass(GRACE_MS + 1);
        await house.settle();
        expect(reasonOf(ann)).toEqual(['ABANDONED']);
      });

      test('one of several callees declines, another accepts; the call goes on without the first', async () => {
        const [ann, bob, cem] = [await online('ann'), await online('bob'), await online('cem')];
        await node.ring('x', 'ann', ['bob', 'cem']);
        await node.calls.decline('x', 'bob');
        await node.calls.decline('x', 'bob');
        await house.settle();
        expect(reasonOf(bob)).toEqual(['DECLINED']);
        await node.calls.accept('x', 'cem', 'tab');
        await house.settle();
        expect([[...ann.shown], [...cem.shown]]).toEqual([[['x', false]], [['x', false]]]);
        expect(await node.presenceOf('bob')).toBe('ONLINE');
        for (const who of ['ann', 'cem']) house.around.rooms.enter('room-x', who);
        await house.pass(GRACE_MS);
        house.around.rooms.leave('room-x', 'cem');
        await house.pass(GRACE_MS * 3);
        await house.settle();
        // One of them is still there.
        expect(reasonOf(ann)).toEqual([]);
        house.around.rooms.leave('room-x', 'ann', false);
        await house.pass(GRACE_MS * 3);
        await house.settle();
        expect([reasonOf(ann), reasonOf(cem)]).toEqual([['HUNG_UP'], ['HUNG_UP']]);
      });
    });

    describe('presence', () => {
      test('others are told when somebody comes, is in a call, and goes', async () => {
        const ann = await online('ann');
        const bob = await online('bob');
        const cem = await online('cem');
        await node.ring('x', 'ann', ['bob']);
        await node.calls.accept('x', 'bob', 'tab');
        await house.settle();
        await bob.leave();
        house.around.rooms.enter('room-x', 'ann');
        await node.switchboard.forget('bob');
        await house.settle();
        const seen = cem.events.flatMap((event) =>
          event.type === 'PresenceChanged' ? [`${event.user.id} ${event.presence}`] : [],
        );
        expect(seen.filter((one) => one.startsWith('bob'))).toEqual(['bob IN_CALL', 'bob OFFLINE']);
        expect(seen.filter((one) => one.startsWith('ann'))).toEqual(['ann IN_CALL', 'ann ONLINE']);
        expect(ann.faults).toEqual([]);
      });
    });
  });
}
