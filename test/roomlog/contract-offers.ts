import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  AlreadyInRoomError,
  KnockRequiredError,
  RemovedFromRoomError,
  RoomFullError,
  RoomLockedError,
} from '../../src/domain/errors.ts';
import {
  BOUNDS,
  enter,
  failure,
  type LogUnderTest,
  type MakeLog,
  offer,
  ROOM,
  rules,
} from './kit.ts';

/** To whom the offer of a join goes. */
export function describeOffers(make: MakeLog): void {
  let under: LogUnderTest;
  beforeEach(async () => {
    under = await make(BOUNDS);
  });
  afterEach(() => under.close());

  /** What somebody joins with who offers at once. */
  const offering = (sdp: string, fits = (_stayId: string) => true) => ({ offer: { sdp, fits } });

  test('the offer of a join follows the news of it, to the one who joined first, alone and once', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const cem = await enter(under, 'cem', offering('hello'));
    await under.settle();
    expect(cem.entered.offeredTo).toBe(ann.id);
    expect(ann.types()).toEqual(['ParticipantJoined', 'ParticipantJoined', 'OfferReceived']);
    const [, joined, offered] = ann.events;
    expect(offered).toMatchObject({ from: cem.id, to: ann.id, sdp: 'hello' });
    expect(offered?.position).toBe((joined?.position ?? 0) + 1);
    expect(bob.types()).toEqual(['ParticipantJoined']);
    expect(cem.events).toEqual([]);
  });

  test('the answer to it comes like any signal, and so do later signals', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob', offering('one'));
    await under.log.send(ROOM, 'ann', bob.id, { type: 'AnswerReceived', sdp: 'yes' }, null);
    await under.log.send(ROOM, 'bob', ann.id, offer('two'), null);
    await under.settle();
    expect(bob.of('AnswerReceived')).toMatchObject([{ from: ann.id, sdp: 'yes' }]);
    expect(ann.offers()).toEqual(['one', 'two']);
  });

  test('in an empty room it goes to nobody, also later', async () => {
    const ann = await enter(under, 'ann', offering('hello'));
    expect(ann.entered.offeredTo).toBeNull();
    const bob = await enter(under, 'bob');
    await under.settle();
    expect([...ann.offers(), ...bob.offers()]).toEqual([]);
  });

  test('it goes neither to who is away nor to who reads too slowly', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob');
    const cem = await enter(under, 'cem');
    await under.log.detach(ann.entered.hold);
    const dan = await enter(
      under,
      'dan',
      offering('hello', (stayId) => stayId !== bob.id),
    );
    const eve = await enter(
      under,
      'eve',
      offering('too much', () => false),
    );
    await under.settle();
    expect([dan.entered.offeredTo, eve.entered.offeredTo]).toEqual([cem.id, null]);
    expect(cem.offers()).toEqual(['hello']);
    const again = await enter(under, 'ann');
    await under.settle();
    expect([...again.offers(), ...bob.offers()]).toEqual([]);
  });

  test('a join that is repeated, as its answer was lost, has the same answer, and is delivered once', async () => {
    const ann = await enter(under, 'ann');
    const first = await enter(under, 'bob', offering('hello'));
    const again = await enter(under, 'bob', offering('hello'));
    expect(again.id).toBe(first.id);
    expect(again.entered).toMatchObject({ offeredTo: ann.id, recovered: true });
    await under.settle();
    expect(ann.offers()).toEqual(['hello']);
  });

  test('who comes back is sent the answer that came meanwhile, and offers nothing anew', async () => {
    const ann = await enter(under, 'ann');
    const bob = await enter(under, 'bob', offering('hello'));
    await under.log.detach(bob.entered.hold);
    await under.log.send(ROOM, 'ann', bob.id, { type: 'AnswerReceived', sdp: 'yes' }, null);
    await under.log.leave(ROOM, 'ann', 'LEFT');
    const cem = await enter(under, 'cem');
    const again = await enter(under, 'bob', offering('another'));
    await under.settle();
    expect(again.entered.offeredTo).toBe(ann.id);
    expect(again.of('AnswerReceived')).toMatchObject([{ sdp: 'yes' }]);
    expect([...ann.offers(), ...cem.offers()]).toEqual(['hello']);
  });

  test('a new stay offers anew; one that takes over does not offer to the one it replaces', async () => {
    const bob = await enter(under, 'bob', offering('to nobody'));
    const other = { clientKey: 'another tab', takeOver: true };
    const second = await enter(under, 'bob', { ...other, ...offering('to oneself') });
    expect(second.entered.offeredTo).toBeNull();
    const ann = await enter(under, 'ann');
    const third = await enter(under, 'bob', { takeOver: true, ...offering('hello') });
    await under.settle();
    expect(third.entered.offeredTo).toBe(ann.id);
    expect([...bob.offers(), ...second.offers(), ...ann.offers()]).toEqual(['hello']);
  });

  test('nobody is told of the offer of a join that is refused', async () => {
    const ann = await enter(under, 'ann');
    const eve = await enter(under, 'eve');
    await under.log.remove(ROOM, 'ann', eve.id, true);
    const refused = [
      ['eve', {}, RemovedFromRoomError],
      ['ann', { clientKey: 'another tab' }, AlreadyInRoomError],
      ['bob', { rules: rules({ access: 'KNOCK', revision: 1 }) }, KnockRequiredError],
      ['bob', { rules: rules({ access: 'LOCKED', revision: 2 }) }, RoomLockedError],
      ['bob', { rules: rules({ capacity: 1, revision: 3 }) }, RoomFullError],
    ] as const;
    for (const [name, given, error] of refused) {
      const entering = () => enter(under, name, { ...given, ...offering('hello') });
      expect(await failure(entering)).toBeInstanceOf(error);
    }
    await under.settle();
    expect(ann.offers()).toEqual([]);
  });
}
