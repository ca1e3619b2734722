import { expect, test } from 'vitest';
import { claimCaller } from '../../../src/domain/person/calls.ts';
import { ringingCall } from '../../kit/calls.ts';

test('a person whose log is ahead, because a clock was set back, can still ring', () => {
  const call = ringingCall(['ann', 'bob'], 1_000_000);
  const claimedAt = (now: number) => claimCaller(call)(null, { now, node: 'here' }).reply.how;
  expect(claimedAt(call.expiresAt + 20_000)).toBe('CLAIMED');
  // An end is not remembered for longer.
  expect(claimedAt(call.expiresAt + 60_000)).toBe('OVER');
});
