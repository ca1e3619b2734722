import { expect, it } from 'vitest';
import { Emitter } from '../../src/client/emitter.ts';
import { PeerqlError } from '../../src/client/errors.ts';
import { Hand } from '../../src/client/hand.ts';
import type { RoomEvent, RoomLinkEvents } from '../../src/client/room-link-events.ts';

/** A server that answers each change with what is next in `answers`: null accepts it, anything else is thrown. */
function handWith(answers: (PeerqlError | null)[]) {
  const link = new Emitter<RoomLinkEvents>();
  const sent: boolean[] = [];
  const hand = new Hand(link, async (raised) => {
    sent.push(raised);
    const error = answers.shift() ?? null;
    if (error !== null) throw error;
  });
  const enter = (handRaised: boolean) =>
    link.emit('event', { __typename: 'RoomSnapshot', self: { handRaised } } as RoomEvent);
  return { hand, sent, enter };
}

const gone = () => new PeerqlError('NOT_IN_ROOM', 'The stay is over.');
const limited = () => new PeerqlError('RATE_LIMITED', 'Later.');

it('is raised again in a new stay, unless it was lowered', async () => {
  const { hand, sent, enter } = handWith([]);
  enter(false);
  await hand.set(true);
  enter(true);
  enter(false);
  await hand.set(false);
  enter(false);
  expect(sent).toEqual([true, true, false]);
});

it('is sent once more where the stay ended before the answer', async () => {
  const { hand, sent } = handWith([gone(), null, gone(), gone()]);
  await hand.set(true);
  await expect(hand.set(false)).rejects.toThrow('The stay is over.');
  expect(sent).toEqual([true, true, false, false]);
});

it('stays as it was where a change is refused', async () => {
  const { hand, sent, enter } = handWith([limited(), null, limited(), null]);
  await expect(hand.set(true)).rejects.toThrow('Later.');
  enter(false);
  await hand.set(true);
  await expect(hand.set(false)).rejects.toThrow('Later.');
  enter(false);
  expect(sent).toEqual([true, true, false, true]);
});
