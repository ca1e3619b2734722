import { setTimeout as delay } from 'node:timers/promises';
import { serve } from '../harness/rpc.ts';
import { usage } from '../harness/usage.ts';

/** What the server still holds after a garbage collection. */
export interface Held {
  cpuMicros: number;
  rssBytes: number;
  heapBytes: number;
  /** Handles and requests that keep the process alive, by kind. */
  resources: Record<string, number>;
}

// Loaded with --import into the server under test.
serve({
  async held(): Promise<Held> {
    for (let pass = 0; pass < 3; pass++) {
      globalThis.gc?.();
      await delay(50);
    }
    const resources: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) {
      resources[kind] = (resources[kind] ?? 0) + 1;
    }
    return { ...usage(), resources };
  },
});
