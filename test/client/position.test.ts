import { expect, it } from 'vitest';
import { Position } from '../../src/client/position.ts';

const event = (cursor: string, __typename = 'ParticipantJoined') => ({ __typename, cursor });

it('has no cursor to resume after before the first event', () => {
  expect(new Position().last).toBeNull();
});

it('accepts what is new and drops what repeats or comes late', () => {
  const position = new Position();
  const accepted = ['a-01', 'a-02', 'a-02', 'a-01', 'a-0z', 'a-10'].map((cursor) =>
    position.accept(event(cursor)),
  );
  expect(accepted).toEqual([true, true, false, false, true, true]);
  expect(position.last).toBe('a-10');
});

it('starts again where a snapshot says, even behind what was read', () => {
  const position = new Position();
  position.accept(event('a-09'));
  expect(position.accept(event('a-05', 'RoomSnapshot'))).toBe(true);
  expect(position.last).toBe('a-05');
  expect(position.accept(event('a-06'))).toBe(true);
});

it('takes a refusal for what it is, wherever the stream stood', () => {
  const position = new Position();
  position.accept(event('a-09'));
  expect(position.accept(event('0', 'JoinRefused'))).toBe(true);
  expect(position.last).toBe('a-09');
});

it.each(['KnockPending', 'KnockAnswered', 'IceServersRefreshed'])(
  'takes %s wherever the stream stands, and stays there',
  (type) => {
    const position = new Position();
    expect(position.accept(event('0', type))).toBe(true);
    expect(position.last).toBeNull();
    position.accept(event('a-09'));
    expect(position.accept(event('a-09', type))).toBe(true);
    expect(position.last).toBe('a-09');
  },
);
