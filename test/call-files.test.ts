import { expect, test, vi } from 'vitest';
import type { Call, IncomingFile } from '../src/client/index.ts';
import { CallFiles } from '../src/elements/call-files.ts';

test('a file whose button is pressed twice is accepted once', () => {
  const offer = {
    from: 'bob',
    name: 'notes.txt',
    size: 5,
    withdrawn: new AbortController().signal,
    accept: vi.fn<IncomingFile['accept']>(() => new Promise(() => {})),
  };
  let offered: (file: typeof offer) => void = () => {};
  const call = {
    snapshot: { participants: [{ id: 'bob', user: { name: 'Bob' } }] },
    on: (event: string, listener: typeof offered) => {
      if (event === 'fileOffered') offered = listener;
    },
  };
  const files = new CallFiles(call as unknown as Call);
  offered(offer);
  files.accept(1);
  files.accept(1);
  expect(offer.accept).toHaveBeenCalledOnce();
  expect(files.getSnapshot()).toMatchObject([{ legs: [{ name: 'Bob', state: 'moving' }] }]);
});
