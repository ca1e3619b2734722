import { expect, test } from 'vitest';
import { claimCaller } from '../../../src/domain/person/calls.ts';
import { ringingCall } from '../../kit/calls.ts';

test('a person whose log is ahead, because a clock was set back, can still ring', () => {
  const call = ringingCall(['ann', 'bob'], 1_000_000);
  const now = call.expiresAt + 3_600_000;
  const claimed = (aheadMs: number) =>
    claimCaller(call)(null, { now, aheadMs, node: 'here' }).reply.how;
  expect(claimed(3_600_001)).toBe('CLAIMED');
  expect(claimed(0)).toBe('OVER');
});
