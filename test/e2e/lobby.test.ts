import { expect, it, vi } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';
import { until } from '../kit/waiting.ts';

/** What the page of these tests knows of what it captures. */
interface Captured {
  readonly asked: string[];
  readonly tracks: MediaStreamTrack[];
  hold(): void;
  release(): void;
}

declare global {
  interface Window {
    captured: Captured;
  }
}

/** Runs before the page's own code, and as text: it can use nothing of this file. */
function watchDevices(): void {
  const { mediaDevices } = navigator;
  const original = mediaDevices.getUserMedia.bind(mediaDevices);
  const tracks: MediaStreamTrack[] = [];
  const asked: string[] = [];
  let gate = Promise.resolve();
  let release = () => {};
  mediaDevices.getUserMedia = async (constraints = {}) => {
    asked.push(['audio', 'video'].filter((kind) => kind in constraints).join());
    await gate;
    const stream = await original(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
  window.captured = {
    asked,
    tracks,
    hold() {
      gate = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
  };
}

describeInBrowser('the look in the mirror', () => {
  vi.setConfig({ testTimeout: 180_000 });
  const served = new ServedCallPage();

  /** Ada looks at herself before a room of her own. */
  async function look(): Promise<Visitor> {
    const ada = await Visitor.open(served.browser, 'Ada');
    await ada.context.addInitScript(watchDevices);
    await ada.page.goto(served.url);
    await ada.signUp();
    await ada.page.getByTestId('create-room').click();
    await ada.page.getByTestId('preview').waitFor();
    return ada;
  }

  const live = (ada: Visitor) =>
    ada.page.evaluate(() =>
      window.captured.tracks
        .filter(({ readyState }) => readyState === 'live')
        .map(({ kind }) => kind),
    );
  const camera = (ada: Visitor, on: boolean) =>
    ada.page.locator(`[data-testid="toggle-camera"][data-on="${on}"]`);

  it('never opens one kind for the other, and lets go of what comes after it was left', async () => {
    const ada = await look();
    await camera(ada, true).click();
    await camera(ada, false).waitFor();
    expect(await live(ada)).toEqual(['audio']);
    await ada.page.evaluate(() => window.captured.hold());
    await camera(ada, false).click();
    expect(await ada.page.evaluate(() => window.captured.asked)).toEqual(['audio,video', 'video']);
    await ada.page.getByTestId('home-link').click();
    await ada.page.getByTestId('create-room').waitFor();
    await ada.page.evaluate(() => window.captured.release());
    await until(
      () => ada.page.evaluate(() => window.captured.tracks.length === 3),
      'the camera that comes late',
    );
    await until(async () => (await live(ada)).length === 0, 'the end of every capture');
    await ada.close();
  });

  it('takes what is asked for in it, and not there yet, into the call', async () => {
    const ada = await look();
    await camera(ada, true).click();
    await camera(ada, false).waitFor();
    await ada.page.evaluate(() => window.captured.hold());
    await camera(ada, false).click();
    await ada.page.getByTestId('join').click();
    await ada.page.getByTestId('call').waitFor();
    await ada.page.evaluate(() => window.captured.release());
    await ada.page.getByTestId('self-tile').and(ada.page.locator('[data-video="true"]')).waitFor();
    expect((await live(ada)).sort()).toEqual(['audio', 'video']);
    await ada.page.getByTestId('leave').click();
    await until(async () => (await live(ada)).length === 0, 'the end of every capture');
    await ada.close();
  });

  it('shows a camera that the browser has taken back as off', async () => {
    const ada = await look();
    await ada.page.evaluate(() => {
      const track = window.captured.tracks.find(({ kind }) => kind === 'video');
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    });
    await camera(ada, false).waitFor();
    await ada.close();
  });

  it('has a socket open and signed in before it is asked to join', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    await ada.page.goto(served.url);
    // Whoever is signed in has one on which calls ring.
    const reachable = ada.page.waitForEvent('websocket');
    await ada.signUp();
    await reachable;
    const opened = ada.page.waitForEvent('websocket');
    await ada.page.getByTestId('create-room').click();
    const socket = await opened;
    await socket.waitForEvent('framereceived', ({ payload }) =>
      String(payload).includes('connection_ack'),
    );
    let more = 0;
    ada.page.on('websocket', () => {
      more += 1;
    });
    await ada.join();
    expect(more).toBe(0);
    await ada.close();
  });
});
