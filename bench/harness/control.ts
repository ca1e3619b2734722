import { setTimeout as delay } from 'node:timers/promises';
import { serve } from './rpc.ts';
import { type Usage, usage } from './usage.ts';

/** Collects garbage until the heap no longer shrinks, so that memory figures show only what is in use. */
async function collect(): Promise<Usage> {
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.();
    await delay(50);
  }
  return usage();
}

// Loaded with --import into every server under test, so that each is measured the same way.
serve({ usage, collect });
