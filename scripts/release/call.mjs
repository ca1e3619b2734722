// Two people in two browsers call each other with the SDK's one file, as a page without a bundler uses it.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './packages.mjs';

// It is installed for the tests.
const { chromium } = createRequire(join(ROOT, 'package.json'))('playwright-core');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];
const PICTURE_MS = 60_000;

/** Resolves once each of two people sees the other's picture move; rejects otherwise. */
export async function makeCall(serverUrl, sdkFile) {
  const site = await serve(sdkFile);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BINARY ?? '/usr/bin/chromium',
    args: FLAGS,
  });
  try {
    const [ann, bob] = [await open(browser, site.url), await open(browser, site.url)];
    const url = new URL('graphql', `${serverUrl.replace(/\/$/, '')}/`).href;
    const roomId = await ann.evaluate(enter, { url, name: 'Ann', roomId: null });
    await bob.evaluate(enter, { url, name: 'Bob', roomId });
    for (const page of [ann, bob]) {
      await page.waitForFunction(isMoving, null, { timeout: PICTURE_MS });
    }
  } finally {
    await browser.close();
    site.close();
  }
}

async function open(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Runs in a page: makes an account, and joins the room, or a new one; resolves to its id. */
async function enter({ url, name, roomId }) {
  const { createClient } = await import('/sdk.js');
  const client = createClient({ url, auth: 'bearer' });
  const email = `${name}@example.com`;
  await client.register({ name, email, password: 'a long passphrase' });
  const id = roomId ?? (await client.createRoom({ name: 'Walk' })).id;
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const call = await client.joinRoom(id, { stream });
  const video = document.querySelector('video');
  const show = () => {
    const other = call.snapshot.participants.find((one) => one.stream);
    if (other && video.srcObject !== other.stream) video.srcObject = other.stream;
  };
  call.subscribe(show);
  show();
  return id;
}

/** Runs in a page: whether frames of the other's video have been shown. */
function isMoving() {
  return (document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > 10;
}

/** A page of another program on this machine, whose origin a server in development allows. */
async function serve(sdkFile) {
  const sdk = await readFile(sdkFile);
  const html = '<!doctype html><link rel="icon" href="data:,"><video autoplay muted></video>';
  const site = createServer((request, response) => {
    const isSdk = request.url === '/sdk.js';
    response.setHeader('Content-Type', isSdk ? 'text/javascript' : 'text/html');
    response.end(isSdk ? sdk : html);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  return { url: `http://localhost:${site.address().port}/`, close: () => site.close() };
}
