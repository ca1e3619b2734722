import { expect, it } from 'vitest';
import { openLog } from '../src/observability/process-log.ts';

it('listens to the process once, however many servers run in it one after the other', async () => {
  const listeners = () => [
    process.listenerCount('exit'),
    process.stdout.listenerCount('error'),
    process.stdout.listenerCount('drain'),
  ];
  const open = () => openLog({ logLevel: 'silent', production: true });
  await (await open()).close();
  const before = listeners();
  // One more than Node.js takes for a leak.
  for (let server = 0; server < 11; server += 1) await (await open()).close();
  expect(listeners()).toEqual(before);
});
