import { afterEach, expect, it, vi } from 'vitest';
import type { Call } from '../src/client/index.ts';
import { CallRecorder } from '../src/elements/call-recorder.ts';

afterEach(() => vi.unstubAllGlobals());

it('saves a recording once, although it is stopped twice and by the end of the call in one moment', async () => {
  const saved: string[] = [];
  vi.stubGlobal('document', {
    createElement: () => ({
      click(this: { download: string }) {
        saved.push(this.download);
      },
    }),
  });
  let end = () => {};
  const file = new Blob(['pictures'], { type: 'video/webm' });
  const call = {
    on: (_: string, listener: () => void) => {
      end = listener;
    },
    record: async () => ({ mimeType: file.type, stop: async () => file }),
    snapshot: { room: { name: 'Tea' } },
  };
  // It has every part of a call that a recorder uses.
  const recorder = new CallRecorder(call as unknown as Call);
  await recorder.start();
  const stops = [recorder.stop(), recorder.stop()];
  end();
  await Promise.all(stops);
  expect(saved).toEqual([expect.stringMatching(/^Tea .*\.webm$/)]);
  await recorder.start();
  await recorder.stop();
  expect(saved).toHaveLength(2);
});
