import puppeteer, { type Browser } from 'puppeteer-core';
import { describe, it } from 'vitest';
import { findProgram } from './program.ts';

const VARIABLE = 'FIREFOX_BINARY';
const NAMES = ['firefox-esr', 'firefox'];
const HOW =
  'install Firefox (Debian: apt-get install firefox-esr) or name its program by FIREFOX_BINARY';

const PREFERENCES = {
  // Moving pictures and beeps instead of devices, without a permission prompt.
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  // As in Chromium, see fakeDevices.
  'media.navigator.video.default_fps': 10,
  // All browsers of a test are on one machine, which may have only loopback addresses.
  'media.peerconnection.ice.loopback': true,
  // Addresses behind .local names need multicast DNS, which not every machine that runs tests has.
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  // For pages on a plain http address, because there is no certificate in a test.
  'media.devices.insecure.enabled': true,
  'media.getusermedia.insecure.enabled': true,
};

/** Tests that need Firefox. Without one they are skipped with one loud line; with CI=true they fail. */
export function describeInFirefox(name: string, tests: () => void): void {
  if (findProgram(VARIABLE, NAMES) !== null) {
    describe(name, tests);
    return;
  }
  if (process.env.CI === 'true') {
    it(name, () => {
      throw new Error(`No Firefox found: ${HOW}.`);
    });
    return;
  }
  console.warn(`\n*** SKIPPED: ${name}: no Firefox found. To run it, ${HOW}. ***\n`);
  describe.skip(name, tests);
}

/** The path of Firefox: FIREFOX_BINARY, or the first on the PATH; null when there is none. */
export function findFirefox(): string | null {
  return findProgram(VARIABLE, NAMES);
}

/**
 * A Firefox that is controlled by WebDriver BiDi.
 * @param options another program that starts it, and the port of 127.0.0.1 at which it is controlled
 */
export function launchFirefox(
  options: { readonly executablePath?: string; readonly debuggingPort?: number } = {},
): Promise<Browser> {
  const executablePath = options.executablePath ?? findFirefox();
  if (executablePath === null) throw new Error(`No Firefox found: ${HOW}.`);
  return puppeteer.launch({
    browser: 'firefox',
    headless: true,
    extraPrefsFirefox: PREFERENCES,
    ...options,
    executablePath,
  });
}
