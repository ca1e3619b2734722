// Measures the time from the join to the first picture, server by server in turn:
// `npm --prefix bench run picture -- --calls 30 --delay 50`.
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { delayedLine } from './delayed-line.ts';
import { liveKitToken, servePage, startLiveKit, startPeerJs, startPeerQl } from './servers.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '30' },
    delay: { type: 'string', default: '0,50' },
    chromium: { type: 'string', default: process.env.CHROMIUM_BINARY ?? '/usr/bin/chromium' },
  },
});
const calls = Number(values.calls);
const delays = values.delay.split(',').map(Number);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

const [peerql, peerjs, page] = await Promise.all([
  startPeerQl(),
  startPeerJs(),
  servePage('picture'),
]);
const livekit = await startLiveKit();
if (livekit === null) console.log('Without LiveKit: LIVEKIT_BINARY names no server of it.');
const browser = await chromium.launch({ executablePath: values.chromium, args: FLAGS });

async function open(): Promise<Page> {
  const opened = await (await browser.newContext()).newPage();
  opened.on('pageerror', (error) => console.error(error));
  await opened.goto(`http://localhost:${page.port}/`);
  return opened;
}

/** Calls one of the page's functions. */
function run<Result>(on: Page, name: string, ...given: unknown[]): Promise<Result> {
  return on.evaluate(
    ([called, parameters]) =>
      // biome-ignore lint/suspicious/noExplicitAny: the page is written in JavaScript
      (window as any).bench[called](...parameters),
    [name, given] as const,
  );
}

try {
  for (const delay of delays) {
    const [api, exchange] = await Promise.all([
      delayedLine(peerql.port, delay),
      delayedLine(peerjs.port, delay),
    ]);
    const [near, far] = await Promise.all([open(), open()]);
    await run(near, 'signUp', api);
    await run(far, 'signUp', api);
    const roomId = await run<string>(far, 'answerPeerQl');
    const id = await run<string>(far, 'answerPeerJs', exchange);
    const sfu = livekit && (await delayedLine(livekit.port, delay));
    if (sfu !== null) await run(far, 'answerLiveKit', sfu, liveKitToken('far'));
    const ways: Record<string, () => Promise<number>> = {
      'in-page pair, not delayed': () => run(near, 'inPage'),
      PeerJS: () => run(near, 'callPeerJs', exchange, id),
      ...(sfu !== null && {
        LiveKit: () => run<number>(near, 'callLiveKit', sfu, liveKitToken('near')),
      }),
      'PeerQL, cold': () => run(near, 'callPeerQl', api, roomId, false),
      'PeerQL, warm': () => run(near, 'callPeerQl', api, roomId, true),
    };
    const took = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
    for (let call = 0; call < calls; call += 1) {
      for (const [name, way] of Object.entries(ways)) took.get(name)?.push(await way());
    }
    console.log(`\n${delay} ms each way, ${calls} calls of each by turns`);
    const base = quantile(took.get('in-page pair, not delayed') ?? [], 0.5);
    for (const [name, times] of took) {
      const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
      console.log(
        `${name.padEnd(28)} p50 ${p50.toFixed(0)} ms (${(p50 / base).toFixed(2)}), p95 ${p95.toFixed(0)} ms (${(p95 / base).toFixed(2)})`,
      );
    }
    await Promise.all([near.context().close(), far.context().close()]);
  }
} finally {
  await browser.close();
  await Promise.all([peerql.close(), peerjs.close(), page.close(), livekit?.close()]);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
