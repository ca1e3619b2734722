import type { AddressInfo } from 'node:net';
import { type PreviewServer, preview } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BuiltPage, describeInBrowser, findChromium, launchBrowser } from '../kit/browser.ts';
import { type AnyBrowser, Caller } from '../kit/caller.ts';
import { launchFarFirefox } from '../kit/far-firefox.ts';
import { describeInFirefox, findFirefox, launchFirefox } from '../kit/firefox.ts';
import { LONG } from '../kit/long.ts';
import { descendantsOf, startedBy } from '../kit/process-tree.ts';
import { buildSdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { buildServer, ServerProcess } from '../kit/server-process.ts';
import { canSplitNetwork, SplitNetwork } from '../kit/split-network.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';
import { pace, until } from '../kit/waiting.ts';

vi.setConfig({ testTimeout: 240_000 });

/** How long a picture may stand still after the fault is over. */
const BACK_MS = 3_000;
/** The same where an address is gone, which nothing tells at once. */
const ADDRESS_MS = 4_000;
/** What a picture that flows on may stumble on a machine with few cores. */
const STUMBLE_MS = 1_500;
/** On a machine that does other work as well, browsers take their time. */
const SLACK_MS = process.env.CI === 'true' ? 2_000 : 0;

describeInBrowser('the picture moves again', () => {
  let built: BuiltPage;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    built = await buildSdkPage();
  });

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  afterAll(async () => {
    await built?.remove();
  });

  function later<Made extends { close(): Promise<void> }>(made: Made): Made {
    ends.push(() => made.close());
    return made;
  }

  const serve = async (env: Record<string, string> = {}, dataDir?: string): Promise<TestServer> =>
    await startServer({
      overrides: { pagesFolder: built.folder },
      env,
      ...(dataDir === undefined ? {} : { dataDir }),
    });

  async function meet(
    [near, nearUrl]: readonly [AnyBrowser, string],
    [far, farUrl]: readonly [AnyBrowser, string],
    options: Parameters<Caller['join']>[1] = {},
  ): Promise<[Caller, Caller]> {
    const ann = later(await Caller.open(near, nearUrl, 'Ann'));
    const bob = later(await Caller.open(far, farUrl, 'Bob'));
    const roomId = await ann.createRoom();
    await ann.join(roomId, options);
    await bob.join(roomId, options);
    await Promise.all([ann.receives(), bob.receives()]);
    await watch(ann, bob);
    return [ann, bob];
  }

  async function watch(...callers: Caller[]): Promise<void> {
    for (const one of callers) await one.run(() => window.tester.watchPicture());
  }

  /** Waits until both see new pictures, and answers how long each has seen none. */
  async function stoodStill(...callers: Caller[]): Promise<number[]> {
    const before = await Promise.all(callers.map((one) => one.run(() => window.tester.picture())));
    const gaps: number[] = [];
    for (const [index, one] of callers.entries()) {
      await until(
        async () =>
          (await one.run(() => window.tester.picture())).frames >=
          (before[index]?.frames ?? 0) + 10,
        'pictures that move',
        60_000,
      ).catch(async (error) => {
        const states = await Promise.all(callers.map((each) => each.state()));
        throw new Error(`${error.message} ${states.join(' ')}`);
      });
      gaps.push((await one.run(() => window.tester.picture())).longestMs);
    }
    return gaps.map(Math.round);
  }

  it('while the server restarts: it never stops', async () => {
    const first = await serve();
    const chromium = later(await launchBrowser('granted'));
    const place = [{ chromium }, first.url] as const;
    const [ann, bob] = await meet(place, place);
    const stays = [ann.id, bob.id];
    await first.stop();
    const { port } = new URL(first.url);
    await ann.sees(() => window.tester.call.snapshot.state === 'reconnecting', 'the loss');
    const said = ann.run(() => window.tester.call.sendMessage('Are you there?').then(() => {}));
    await pace(1_500);
    const second = later(await serve({ PORT: port }, first.dataDir));
    expect(second.url).toBe(first.url);
    for (const one of [ann, bob]) {
      await one.sees(
        (known) => {
          const [other, ...more] = window.tester.call.snapshot.participants;
          const isNew = other !== undefined && !known.includes(other.id);
          return isNew && more.length === 0 && other.peerState === 'connected';
        },
        'the other, in a new stay',
        stays.join(),
      );
    }
    const gaps = await stoodStill(ann, bob);
    console.log(`server restarted: the pictures stood still for ${gaps.join(' and ')} ms`);
    for (const gap of gaps) expect(gap).toBeLessThan(STUMBLE_MS + SLACK_MS);
    // What was written meanwhile is said in the new stay.
    await said;
    await bob.sees(
      () => window.tester.call.snapshot.messages.at(-1)?.text === 'Are you there?',
      'the message',
    );
    // What was kept for the while is let go of.
    const counts = await ann.run(() => window.tester.counts());
    expect(counts.connections).toBe(1);
  });

  it('after the TURN server restarted', async (context) => {
    if (!hasTurnServer()) return context.skip();
    let turn = await TurnServer.start();
    const server = later(await serve({ TURN_URLS: turn.url, TURN_SECRET: turn.secret }));
    const chromium = later(await launchBrowser('granted'));
    const place = [{ chromium }, server.url] as const;
    const [ann, bob] = await meet(place, place, {
      rtcConfiguration: { iceTransportPolicy: 'relay' },
    });
    await turn.close();
    turn = later(await TurnServer.start({ port: Number(turn.url.split(':').pop()) }));
    const gaps = await stoodStill(ann, bob);
    console.log(`TURN server restarted: the pictures stood still for ${gaps.join(' and ')} ms`);
    for (const gap of gaps) expect(gap).toBeLessThan(BACK_MS + SLACK_MS);
  });

  it('while the server stands still: it never stops', async () => {
    const pages = later(await previewOf(built.folder));
    const { port } = pages.httpServer.address() as AddressInfo;
    const server = later(await ServerProcess.start(await buildServer()));
    const chromium = later(await launchBrowser('granted'));
    const place = [{ chromium }, `http://127.0.0.1:${port}/?server=${server.graphqlUrl}`] as const;
    const [ann, bob] = await meet(place, place);
    for (const seconds of LONG ? [20, 60] : [10]) {
      await watch(ann, bob);
      server.freeze();
      await pace(seconds * 1_000);
      server.thaw();
      for (const one of [ann, bob]) {
        await one.sees(() => window.tester.call.snapshot.state === 'connected', 'the server');
      }
      const gaps = await stoodStill(ann, bob);
      console.log(
        `server still for ${seconds} s: the pictures stood still ${gaps.join(' and ')} ms`,
      );
      for (const gap of gaps) expect(gap).toBeLessThan(STUMBLE_MS + SLACK_MS);
    }
  });

  /** Bob, in Chromium, is on the far side of a line that can be cut. `stop` stands his browser still. */
  async function apart(near: AnyBrowser) {
    const network = later(await SplitNetwork.create(findChromium() ?? ''));
    const server = later(await serve({ HOST: '0.0.0.0' }));
    const { port, pathname } = new URL(server.url);
    const farUrl = `http://${network.nearAddress}:${port}${pathname}`;
    const args = [`--unsafely-treat-insecure-origin-as-secure=${new URL(farUrl).origin}`];
    const [far, processes] = await startedBy(() =>
      launchBrowser('granted', { args, executablePath: network.command }),
    );
    later(far);
    // Firefox offers the address alone by which it reaches the page, whose origin need not be secure there.
    const nearUrl = 'firefox' in near ? farUrl : `http://127.0.0.1:${port}${pathname}`;
    const [ann, bob] = await meet([near, nearUrl], [{ chromium: far }, farUrl]);
    const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
      for (const pid of [...processes, ...processes.flatMap(descendantsOf)])
        process.kill(pid, name);
    };
    return { network, ann, bob, signal };
  }

  async function movesTwice(
    name: string,
    network: SplitNetwork,
    ...callers: Caller[]
  ): Promise<void> {
    for (const round of ['first', 'second']) {
      await watch(...callers);
      await network.move();
      const gaps = await stoodStill(...callers);
      console.log(`${name}, ${round} move: still for ${gaps.join(' and ')} ms`);
      for (const gap of gaps) expect(gap).toBeLessThan(ADDRESS_MS + SLACK_MS);
    }
  }

  async function possible(): Promise<boolean> {
    if (await canSplitNetwork()) return true;
    const how = 'run as root with iproute2 (Debian: apt-get install iproute2)';
    if (process.env.CI === 'true') throw new Error(`No network namespaces: ${how}.`);
    console.warn(`\n*** SKIPPED: the cut line: no network namespaces; ${how}. ***\n`);
    return false;
  }

  function overALine(name: string, near: () => Promise<AnyBrowser>): void {
    it('after the address has changed, twice', async (context) => {
      if (!(await possible())) return context.skip();
      const { network, ann, bob } = await apart(await near());
      await movesTwice(name, network, ann, bob);
    });

    it.each(LONG ? [5, 20, 45] : [5])('after the line was cut for %i s', async (seconds) => {
      if (!(await possible())) return;
      const { network, ann, bob } = await apart(await near());
      await network.cut();
      await pace(seconds * 1_000);
      await network.mend();
      const gaps = await stoodStill(ann, bob);
      const over = gaps.map((gap) => gap - seconds * 1_000);
      console.log(`${name}, cut for ${seconds} s: back after ${over.join(' and ')} ms`);
      for (const gap of over) expect(gap).toBeLessThan(BACK_MS + SLACK_MS);
    });

    it.each(LONG ? [20, 60] : [])('after a browser stood still for %i s', async (seconds) => {
      if (!(await possible())) return;
      const { ann, bob, signal } = await apart(await near());
      signal('SIGSTOP');
      await pace(seconds * 1_000);
      signal('SIGCONT');
      const gaps = await stoodStill(ann, bob);
      const over = gaps.map((gap) => gap - seconds * 1_000);
      console.log(`${name}, a browser still for ${seconds} s: back after ${over.join(' and ')} ms`);
      for (const gap of over) expect(gap).toBeLessThan(BACK_MS + SLACK_MS);
    });
  }

  describe('between two Chromiums', () => {
    overALine('Chromium', async () => ({ chromium: later(await launchBrowser('granted')) }));
  });

  describeInFirefox('between Firefox and Chromium', () => {
    overALine('Firefox', async () => ({ firefox: later(await launchFirefox()) }));

    // With Chromium it sometimes takes a second repair, 3 s later: that is measured by hand.
    it.each(LONG ? (['Chromium', 'Firefox'] as const) : (['Firefox'] as const))(
      'after the address of a Firefox has changed, twice, in a call with %s',
      async (other) => {
        if (!(await possible())) return;
        const network = later(await SplitNetwork.create(findFirefox() ?? ''));
        const server = later(await serve({ HOST: '0.0.0.0' }));
        const { port, pathname } = new URL(server.url);
        const farUrl = `http://${network.nearAddress}:${port}${pathname}`;
        const { firefox } = later(await launchFarFirefox(network));
        const near: readonly [AnyBrowser, string] =
          other === 'Firefox'
            ? [{ firefox: later(await launchFirefox()) }, farUrl]
            : [
                { chromium: later(await launchBrowser('granted')) },
                `http://127.0.0.1:${port}${pathname}`,
              ];
        const [ann, bob] = await meet(near, [{ firefox }, farUrl]);
        await movesTwice(`Firefox itself, with ${other}`, network, ann, bob);
      },
    );
  });
});

/** Serves the built page alone, without the server's rules for what a page may reach. */
function previewOf(folder: string): Promise<PreviewServer> {
  return preview({
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
}
