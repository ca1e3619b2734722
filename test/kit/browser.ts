import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { build } from 'vite';
import { describe, it } from 'vitest';
import { findProgram } from './program.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const HOW = 'install Chromium (Debian: apt-get install chromium) or name it by CHROMIUM_BINARY';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=document-user-activation-required',
  // Addresses behind .local names need multicast DNS, which not every machine that runs tests has.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** The fake cameras and microphones of a browser. */
export type FakeMedia =
  /** Moving pictures and beeps, without a permission prompt. */
  | 'granted'
  /** The same, but access is denied unless a context grants it. */
  | 'refused'
  /** No device at all. */
  | 'none';

/** The path of Chromium: CHROMIUM_BINARY, or the first on the PATH; null when there is none. */
export function findChromium(): string | null {
  return findProgram('CHROMIUM_BINARY', NAMES);
}

/** Tests that need a browser. Without one they are skipped with one loud line; with CI=true they fail. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (findChromium() !== null) {
    describe(name, tests);
    return;
  }
  if (process.env.CI === 'true') {
    it(name, () => {
      throw new Error(`No browser found: ${HOW}.`);
    });
    return;
  }
  console.warn(`\n*** SKIPPED: ${name}: no browser found. To run it, ${HOW}. ***\n`);
  describe.skip(name, tests);
}

/**
 * The flag for so many fake cameras. Ten pictures a second show as well as the usual twenty that a picture moves, and
 * take half as long to encode and decode.
 */
export function fakeDevices(cameras = 1, picturesPerSecond = 10): string {
  return `--use-fake-device-for-media-stream=device-count=${cameras},fps=${picturesPerSecond}`;
}

/** @param options additional flags, or another program that starts the browser */
export function launchBrowser(
  media: FakeMedia,
  options: { readonly args?: readonly string[]; readonly executablePath?: string } = {},
): Promise<Browser> {
  const executablePath = options.executablePath ?? findChromium();
  if (executablePath === null) throw new Error(`No browser found: ${HOW}.`);
  const mediaFlags = {
    granted: [fakeDevices(), '--use-fake-ui-for-media-stream'],
    refused: [fakeDevices()],
    none: ['--use-fake-ui-for-media-stream'],
  };
  const args = [...FLAGS, ...mediaFlags[media], ...(options.args ?? [])];
  return chromium.launch({ executablePath, args });
}

/** The call page, built for a test. */
export interface BuiltPage {
  readonly folder: string;
  remove(): Promise<void>;
}

/** @param given the target folder. Default: a new one */
export async function buildCallPage(given?: string): Promise<BuiltPage> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'peerql-page-')));
  const configFile = fileURLToPath(new URL('../../src/page/vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'error', build: { outDir: folder } });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
