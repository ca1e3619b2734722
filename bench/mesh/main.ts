// What a call takes of a browser in it, by the number of people: `npm run bench -- --mesh`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type BrowserServer, chromium, type Page } from 'playwright-core';
import { surroundings } from '../harness/machine.ts';
import { servePage, startPeerQl } from '../picture/servers.ts';
import { pictureOf, writeCamera } from './camera.ts';
import { machineMs, treeCpuMs } from './processor.ts';

const { values } = parseArgs({
  options: {
    mesh: { type: 'boolean' },
    people: { type: 'string', default: '2,4,6,8' },
    camera: { type: 'string', default: '1280x720@30' },
    chromium: { type: 'string', default: process.env.CHROMIUM_BINARY ?? '/usr/bin/chromium' },
  },
});
const picture = pictureOf(values.camera);
const sizes = values.people.split(',').map(Number);

/** How long a call settles before it is measured: browsers raise their bitrate over several seconds. */
const SETTLE_MS = 15_000;
const MEASURE_MS = 15_000;
/** How long it may take until everybody sees everybody. */
const MEET_MS = 45_000;
/** How long all calls may take. One that would not end by then is left out, and one that did not is given up. */
const WITHIN_MS = 290_000;
/** From this share on, the cores of the machine are what limits the browser. */
const FULL = 0.9;

/** The totals of one browser since its start. */
interface Totals {
  readonly atMs: number;
  readonly sentBytes: number;
  /** Decoded frames, by connection. */
  readonly frames: Readonly<Record<string, number>>;
  readonly width: number;
}

interface Person {
  readonly browser: BrowserServer;
  readonly page: Page;
}

/** One size of call, measured. */
interface Row {
  readonly people: number;
  /** CPU of the browser, where 1 is one core. */
  readonly cores: number;
  /** Bits a second that it sends. */
  readonly uplink: number;
  /** Frames a second of each of the others. */
  readonly frames: readonly number[];
  /** The widest picture that arrived, in pixels. */
  readonly width: number;
  /** From 0 to 1: how busy all cores of the machine were. */
  readonly busy: number;
}

const begun = performance.now();
const say = (line: string) => process.stderr.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), 'peerql-mesh-'));
const camera = join(folder, 'camera.y4m');
await writeCamera(camera, picture);
const [server, page] = await Promise.all([startPeerQl(), servePage('mesh')]);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-video-capture=${camera}`,
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

/** Calls one of the page's functions. */
function run<Result>({ page: on }: Person, name: string, ...given: unknown[]): Promise<Result> {
  return on.evaluate(
    ([called, parameters]) =>
      // biome-ignore lint/suspicious/noExplicitAny: the page is written in JavaScript
      (window as any).bench[called](...parameters),
    [name, given] as const,
  );
}

async function open(): Promise<Person> {
  const browser = await chromium.launchServer({ executablePath: values.chromium, args: FLAGS });
  const context = await (await chromium.connect(browser.wsEndpoint())).newContext();
  const opened = await context.newPage();
  opened.on('pageerror', (error) => console.error(error));
  await opened.goto(`http://localhost:${page.port}/`);
  return { browser, page: opened };
}

async function seesEverybody(one: Person, others: number): Promise<void> {
  const until = performance.now() + MEET_MS;
  for (;;) {
    const seen = await run<number>(one, 'seen');
    if (seen === others) return;
    if (performance.now() > until) throw new Error(`The first sees ${seen} others.`);
    await wait(500);
  }
}

async function measured(one: Person, people: number): Promise<Row> {
  const usedMs = () => treeCpuMs(one.browser.process().pid ?? 0);
  const before = await run<Totals>(one, 'totals');
  const [usedBefore, machineBefore, startedAt] = [usedMs(), machineMs(), performance.now()];
  await wait(MEASURE_MS);
  const [usedAfter, machineAfter, tookMs] = [usedMs(), machineMs(), performance.now() - startedAt];
  const after = await run<Totals>(one, 'totals');
  const seconds = (after.atMs - before.atMs) / 1_000;
  return {
    people,
    cores: (usedAfter - usedBefore) / tookMs,
    uplink: ((after.sentBytes - before.sentBytes) * 8) / seconds,
    frames: Object.entries(after.frames).map(
      ([of, count]) => (count - (before.frames[of] ?? 0)) / seconds,
    ),
    width: after.width,
    busy: (machineAfter.busy - machineBefore.busy) / (machineAfter.all - machineBefore.all),
  };
}

async function callOf(people: number): Promise<Row> {
  const all: Person[] = [];
  try {
    for (let at = 0; at < people; at += 1) all.push(await open());
    const [first] = all;
    if (first === undefined) throw new Error('A call needs people.');
    const roomId = await run<string>(first, 'createRoom', server.port);
    for (const one of all) await run(one, 'join', server.port, roomId, one === first, picture);
    await seesEverybody(first, people - 1);
    await wait(SETTLE_MS);
    return await measured(first, people);
  } finally {
    await Promise.all(all.map(({ browser }) => browser.kill()));
  }
}

async function tooLate(afterMs: number): Promise<never> {
  await wait(afterMs);
  throw new Error('it takes too long');
}

/** The median, and the least and the most in brackets. */
function spread(figures: readonly number[], digits: number): string {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN).toFixed(digits);
  return `${at(0.5)} (${at(0)}–${at(1)})`;
}

function line({ people, cores, uplink, frames, width, busy }: Row): string {
  const machine = `${Math.round(busy * 100)} %${busy > FULL ? ', full' : ''}`;
  const kilobits = Math.round(uplink / 1_000);
  return `| ${[people, cores.toFixed(2), kilobits, spread(frames, 1), width, machine].join(' | ')} |`;
}

let failed = false;
try {
  const about = surroundings();
  const [title, rule] = [
    '| people | cores | uplink, kbit/s | frames/s of each other | widest picture | machine |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  console.log(
    `PeerQL ${about.commit}, ${about.date}, ${about.cpu}, ${about.cores} cores, ${values.camera}\n`,
  );
  console.log(`${title}\n${rule}`);
  for (const people of sizes) {
    const spent = performance.now() - begun;
    if (spent + MEET_MS + SETTLE_MS + MEASURE_MS > WITHIN_MS) {
      say(`LEFT OUT: ${people} people: it has taken ${Math.round(spent / 1_000)} s so far`);
      continue;
    }
    try {
      console.log(line(await Promise.race([callOf(people), tooLate(WITHIN_MS - spent)])));
    } catch (error) {
      failed = true;
      say(`FAILED: ${people} people: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
} finally {
  await Promise.all([server.close(), page.close()]);
  await rm(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
