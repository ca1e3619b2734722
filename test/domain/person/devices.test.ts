import { expect, test } from 'vitest';
import { attend, letGo, release } from '../../../src/domain/person/devices.ts';
import type { PersonState } from '../../../src/domain/person/state.ts';

const OPTIONS = { graceMs: 15_000, devices: 3 };
const ANN = { id: 'ann', name: 'Ann', isGuest: false };
const DEVICE = 'phone';

/** Ann's device comes, or comes back. */
const come = (before: PersonState | null, now: number) => {
  const attendance = { user: ANN, sessionId: 'session', clientKey: 'key' };
  return attend(DEVICE, attendance, OPTIONS)(before, { now, aheadMs: 0, node: 'here' }).state;
};

test('what undoes an attempt to come back that was never stored does not end the one that was', () => {
  const lost = come(null, 1_000_000);
  const [first] = come(lost, 1_000_010)?.devices ?? [];
  const state = come(lost, 1_000_020);
  const [second] = state?.devices ?? [];
  expect(second?.fence).toBeGreaterThan(first?.fence ?? 0);
  const undo = (fence = 0) =>
    letGo(DEVICE, fence)(state, { now: 1_000_030, aheadMs: 0, node: 'here' });
  expect(undo(first?.fence).state?.devices[0]?.lostAt).toBeNull();
  expect(undo(second?.fence).state?.devices[0]?.lostAt).toBe(1_000_030);
});

test('what another node undoes does not end a hold of this one, although both have one number', () => {
  const state = come(come(null, 1_000_000), 1_000_010);
  const fence = state?.devices[0]?.fence ?? 0;
  const elsewhere = { now: 1_000_020, aheadMs: 0, node: 'another' };
  for (const decide of [letGo(DEVICE, fence), release(DEVICE, fence)]) {
    expect(decide(state, elsewhere).state).toBe(state);
  }
});
