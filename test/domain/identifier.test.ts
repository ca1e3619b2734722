import { expect, test } from 'vitest';
import { newId, newSessionId } from '../../src/domain/identifier.ts';

test('ids are of their length, in lower-case hex, and none comes twice', () => {
  const ids = Array.from({ length: 5000 }, newId);
  const sessions = Array.from({ length: 5000 }, newSessionId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  for (const id of sessions) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set([...ids, ...sessions]).size).toBe(10_000);
  // The pool is blanked behind what was handed out: none of it may ever be handed out as it is.
  expect(ids).not.toContain('0'.repeat(16));
});
