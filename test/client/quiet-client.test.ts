import { afterEach, expect, it, vi } from 'vitest';
import { createClient } from '../../src/client/index.ts';

afterEach(() => vi.unstubAllGlobals());

it('leaves nothing in the page: a component may make a client at each render', () => {
  const addEventListener = vi.fn();
  const startMessages = vi.fn();
  vi.stubGlobal('navigator', { serviceWorker: { addEventListener, startMessages } });
  createClient({ url: 'https://calls.example.com/graphql' });
  expect(addEventListener).not.toHaveBeenCalled();
  expect(startMessages).not.toHaveBeenCalled();
});
