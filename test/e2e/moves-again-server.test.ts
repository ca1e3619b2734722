import type { AddressInfo } from 'node:net';
import { type PreviewServer, preview } from 'vite';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import type { AnyBrowser } from '../kit/caller.ts';
import { describeInFirefox, launchFirefox } from '../kit/firefox.ts';
import { LONG } from '../kit/long.ts';
import { BACK_MS, expectBack, MovingPictures, STUMBLE_MS, watch } from '../kit/moving-pictures.ts';
import { buildServer, ServerProcess } from '../kit/server-process.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';
import { pace } from '../kit/waiting.ts';

vi.setConfig({ testTimeout: 240_000 });

const pictures = new MovingPictures();

/** @param launch the browser of one, and of the other */
function tests(name: string, launch: () => Promise<[AnyBrowser, AnyBrowser]>): void {
  beforeAll(() => pictures.build());
  afterEach(() => pictures.end());
  afterAll(() => pictures.remove());

  const places = async (url: string) => {
    const [one, other] = await launch();
    return [
      [one, url],
      [other, url],
    ] as const;
  };

  it('while the server restarts: it never stops', async () => {
    const first = await pictures.serve();
    const [ann, bob] = await pictures.meet(...(await places(first.url)));
    const stays = [ann.id, bob.id];
    await first.stop();
    const { port } = new URL(first.url);
    await ann.sees(() => window.tester.call.snapshot.state === 'reconnecting', 'the loss');
    const said = ann.run(() => window.tester.call.sendMessage('Are you there?').then(() => {}));
    await pace(1_500);
    const second = pictures.later(await pictures.serve({ PORT: port }, first.dataDir));
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
    await expectBack(`${name}, server restarted`, STUMBLE_MS, [ann, bob]);
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
    const server = pictures.later(
      await pictures.serve({ TURN_URLS: turn.url, TURN_SECRET: turn.secret }),
    );
    const [ann, bob] = await pictures.meet(...(await places(server.url)), {
      rtcConfiguration: { iceTransportPolicy: 'relay' },
    });
    await turn.close();
    turn = pictures.later(await TurnServer.start({ port: Number(turn.url.split(':').pop()) }));
    await expectBack(`${name}, TURN server restarted`, BACK_MS, [ann, bob]);
  });

  it('while the server stands still: it never stops', async () => {
    const pages = pictures.later(await previewOf(pictures.folder));
    const { port } = pages.httpServer.address() as AddressInfo;
    const server = pictures.later(await ServerProcess.start(await buildServer()));
    const url = `http://127.0.0.1:${port}/?server=${server.graphqlUrl}`;
    const [ann, bob] = await pictures.meet(...(await places(url)));
    for (const seconds of LONG ? [20, 60] : [10]) {
      await watch(ann, bob);
      server.freeze();
      await pace(seconds * 1_000);
      server.thaw();
      for (const one of [ann, bob]) {
        await one.sees(() => window.tester.call.snapshot.state === 'connected', 'the server');
      }
      await expectBack(`${name}, server still for ${seconds} s`, STUMBLE_MS, [ann, bob]);
    }
  });
}

describeInBrowser('the picture moves again, of two Chromiums,', () => {
  tests('Chromium', async () => {
    const chromium = pictures.later(await launchBrowser('granted'));
    return [{ chromium }, { chromium }];
  });
});

describeInFirefox('the picture moves again, of Firefox and Chromium,', () => {
  tests('Firefox', async () => {
    const firefox = pictures.later(await launchFirefox());
    return [{ firefox }, { chromium: pictures.later(await launchBrowser('granted')) }];
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
