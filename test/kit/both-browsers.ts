import { describeInBrowser, fakeDevices, launchBrowser } from './browser.ts';
import type { AnyBrowser } from './caller.ts';
import { describeInFirefox, launchFirefox } from './firefox.ts';

export type Launched = AnyBrowser & { close(): Promise<void> };

/** Runs the same tests in Chromium and in Firefox; where one is missing, its tests are skipped with one loud line. */
export function describeInBoth(
  name: string,
  tests: (browser: 'Chromium' | 'Firefox', launch: () => Promise<Launched>) => void,
): void {
  describeInBrowser(`${name}, in Chromium`, () =>
    tests('Chromium', async () => {
      const args = [fakeDevices(3), '--autoplay-policy=no-user-gesture-required'];
      const chromium = await launchBrowser('granted', { args });
      return { chromium, close: () => chromium.close() };
    }),
  );
  describeInFirefox(`${name}, in Firefox`, () =>
    tests('Firefox', async () => {
      const firefox = await launchFirefox();
      return { firefox, close: () => firefox.close() };
    }),
  );
}
