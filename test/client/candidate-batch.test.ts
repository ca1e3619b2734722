import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CandidateBatch } from '../../src/client/candidate-batch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('sends what comes within the window of the first together, in order', () => {
  const sent: number[][] = [];
  const batch = new CandidateBatch<number>(20, (candidates) => sent.push(candidates));
  batch.add(1);
  vi.advanceTimersByTime(15);
  batch.add(2);
  vi.advanceTimersByTime(4);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual([[1, 2]]);
  batch.add(3);
  vi.advanceTimersByTime(20);
  expect(sent).toEqual([[1, 2], [3]]);
});

it('never sends more than one call may carry', () => {
  const sent: number[][] = [];
  const batch = new CandidateBatch<number>(20, (candidates) => sent.push(candidates));
  const all = Array.from({ length: 150 }, (_, index) => index);
  for (const candidate of all) batch.add(candidate);
  vi.advanceTimersByTime(20);
  expect(sent.map((candidates) => candidates.length)).toEqual([64, 64, 22]);
  expect(sent.flat()).toEqual(all);
});

it('sends nothing that was cleared', () => {
  const send = vi.fn();
  const batch = new CandidateBatch<number>(20, send);
  batch.add(1);
  batch.clear();
  vi.advanceTimersByTime(100);
  expect(send).not.toHaveBeenCalled();
});
