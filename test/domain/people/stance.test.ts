import { expect, test } from 'vitest';
import {
  afterAct,
  type ContactAct,
  type Stance,
  type Standing,
  stateOf,
} from '../../../src/domain/people/stance.ts';

const STANCES: readonly Stance[] = ['NONE', 'WANTS', 'ASKED', 'DECLINES', 'BLOCKS'];
const ACTS: readonly ContactAct[] = [
  ...(['REQUEST', 'REQUEST_BY_EMAIL', 'WITHDRAW', 'ACCEPT'] as const),
  ...(['DECLINE', 'REMOVE', 'BLOCK', 'UNBLOCK'] as const),
];

const turned = ({ mine, theirs }: Standing): Standing => ({ mine: theirs, theirs: mine });

const wants = (stance: Stance) => stance === 'WANTS' || stance === 'ASKED';

/** What both see after these acts: those of the first person, and of the second. */
function after(...acts: readonly (readonly ['ann' | 'bob', ContactAct])[]) {
  let standing: Standing = { mine: 'NONE', theirs: 'NONE' };
  for (const [who, act] of acts) {
    standing = who === 'ann' ? afterAct(act, standing) : turned(afterAct(act, turned(standing)));
  }
  return [stateOf(standing), stateOf(turned(standing))];
}

test('a request is seen by both, and accepted, declined, withdrawn', () => {
  expect(after(['ann', 'REQUEST'])).toEqual(['REQUESTED', 'INCOMING']);
  expect(after(['ann', 'REQUEST'], ['bob', 'ACCEPT'])).toEqual(['ACCEPTED', 'ACCEPTED']);
  expect(after(['ann', 'REQUEST'], ['bob', 'REQUEST'])).toEqual(['ACCEPTED', 'ACCEPTED']);
  expect(after(['ann', 'REQUEST'], ['ann', 'REMOVE'])).toEqual([null, null]);
  expect(after(['ann', 'REQUEST'], ['bob', 'ACCEPT'], ['bob', 'REMOVE'])).toEqual([null, null]);
});

test('whoever asked does not see that it was declined, and asking again changes nothing', () => {
  for (const decline of ['DECLINE', 'REMOVE'] as const) {
    const declined = [
      ['ann', 'REQUEST'],
      ['bob', decline],
    ] as const;
    expect(after(...declined)).toEqual(['REQUESTED', null]);
    expect(after(...declined, ['ann', 'REQUEST'])).toEqual(['REQUESTED', null]);
    expect(after(...declined, ['ann', 'REMOVE'], ['ann', 'REQUEST'])).toEqual(['REQUESTED', null]);
    expect(after(...declined, ['bob', 'REQUEST'])).toEqual(['ACCEPTED', 'ACCEPTED']);
  }
});

test('a request by address shows whoever asked nothing until it is accepted', () => {
  const asked = [['ann', 'REQUEST_BY_EMAIL']] as const;
  expect(after(...asked)).toEqual([null, 'INCOMING']);
  expect(after(...asked, ['bob', 'DECLINE'])).toEqual([null, null]);
  expect(after(...asked, ['bob', 'ACCEPT'])).toEqual(['ACCEPTED', 'ACCEPTED']);
  expect(after(...asked, ['ann', 'WITHDRAW'])).toEqual([null, null]);
  expect(after(...asked, ['bob', 'ACCEPT'], ['ann', 'WITHDRAW'])).toEqual(['ACCEPTED', 'ACCEPTED']);
});

test('a block wins over everything that the other does, and ends only by whoever blocks', () => {
  for (const mine of STANCES) {
    for (const theirs of STANCES) {
      const blocked = afterAct('BLOCK', { mine, theirs });
      expect(stateOf(blocked)).toBe('BLOCKED');
      let other = turned(blocked);
      for (const act of ACTS.filter((one) => one !== 'BLOCK')) {
        other = afterAct(act, other);
        expect(other.theirs, act).toBe('BLOCKS');
        if (other.mine !== 'BLOCKS') expect(stateOf(other), act).toBeNull();
      }
      // Nothing that was wanted before or meanwhile comes with the end of the block.
      expect(stateOf(afterAct('UNBLOCK', turned(other)))).toBeNull();
      const freed = afterAct('UNBLOCK', blocked);
      expect(stateOf(freed)).toBeNull();
      if (wants(theirs)) expect(freed).toEqual({ mine: 'NONE', theirs: 'NONE' });
    }
  }
});

test('an act never makes the other want something', () => {
  for (const mine of STANCES) {
    for (const theirs of STANCES) {
      for (const act of ACTS) {
        const next = afterAct(act, { mine, theirs });
        if (!wants(theirs)) expect(next.theirs, `${act} ${mine} ${theirs}`).toBe(theirs);
        else expect([theirs, 'NONE']).toContain(next.theirs);
      }
    }
  }
});
