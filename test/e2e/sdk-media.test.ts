import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, fakeDevices, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

describeInBrowser('the devices of a call, commanded at odd moments', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  let ann: SdkPage;
  let roomId: string;

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted', {
      args: [fakeDevices(3)],
    });
  });

  /** Ann is in a room of her own. */
  async function enter(media: 'microphone and camera' | 'nothing'): Promise<void> {
    ann = await SdkPage.open(browser, server.url, 'Ann');
    roomId = await ann.createRoom();
    if (media === 'nothing') await ann.joinWithout(roomId);
    else await ann.join(roomId);
  }

  afterEach(async () => {
    expect(await ann.faults()).toEqual([]);
    await ann.close();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  const live = () => ann.page.evaluate(() => window.tester.captures.live());
  const media = () => ann.page.evaluate(() => window.tester.call.snapshot.self.media);

  it.each([
    'setCamera',
    'setMicrophone',
    'shareScreen',
    'switchCamera',
    'switchMicrophone',
  ] as const)('lets go of what comes after the call was left during %s', async (command) => {
    await enter('nothing');
    const outcome = await ann.page.evaluate(async (name) => {
      const { call, captures, failure } = window.tester;
      captures.hold();
      const done = failure(
        name === 'shareScreen'
          ? call.shareScreen()
          : name === 'setCamera' || name === 'setMicrophone'
            ? call[name](true)
            : call[name]('any'),
      );
      call.leave();
      const code = await done;
      if (name.startsWith('switch')) captures.failNext('NotFoundError');
      await captures.release();
      return code;
    }, command);
    expect(outcome).toBe('ENDED');
    expect(await live()).toEqual([]);
  });

  it('asks for nothing and refuses everything once the call is over', async () => {
    await enter('microphone and camera');
    const { codes, asked } = await ann.page.evaluate(async () => {
      const { call, captures, failure } = window.tester;
      call.leave();
      const before = captures.asked.length;
      call.stopScreen();
      const codes = await Promise.all(
        [
          call.setMicrophone(true),
          call.setMicrophone(false),
          call.setCamera(true),
          call.setCamera(false),
          call.switchMicrophone('any'),
          call.switchCamera('any'),
          call.shareScreen(),
          call.raiseHand(true),
          call.sendMessage('Hello'),
          call.admit('any'),
          call.deny('any'),
          call.requestMute('any'),
          call.remove('any'),
          call.updateRoom({ name: 'Any' }),
        ].map(failure),
      );
      return { codes, asked: captures.asked.length - before };
    });
    expect([...new Set(codes)]).toEqual(['ENDED']);
    expect(asked).toBe(0);
    expect(await live()).toEqual([]);
  });

  it('opens a microphone that suppresses noise, or one as the page wants it', async () => {
    const processing = () =>
      ann.page.evaluate(async () => {
        const { call } = window.tester;
        await call.setMicrophone(true);
        const [track] = call.snapshot.self.stream.getAudioTracks();
        const { echoCancellation, noiseSuppression, autoGainControl } = track?.getSettings() ?? {};
        return [echoCancellation, noiseSuppression, autoGainControl];
      });
    await enter('nothing');
    expect(await processing()).toEqual([true, true, true]);
    await ann.page.evaluate(() => window.tester.call.leave());
    const microphoneConstraints = { noiseSuppression: false, autoGainControl: false };
    await ann.join(roomId, { withDevices: false, microphoneConstraints });
    expect((await processing()).slice(1)).toEqual([false, false]);
  });

  it('is off while the system holds the microphone back, and opens it anew if it stays so', async () => {
    await enter('microphone and camera');
    const mute = (muted: boolean) =>
      ann.page.evaluate((value) => {
        const [track] = window.tester.call.snapshot.self.stream.getAudioTracks();
        if (track === undefined) throw new Error('There is no microphone.');
        // As a phone call does it.
        Object.defineProperty(track, 'muted', { configurable: true, value });
        track.dispatchEvent(new Event(value ? 'mute' : 'unmute'));
      }, muted);
    await mute(true);
    expect(await media()).toMatchObject({ audio: false, video: true });
    await mute(false);
    expect(await media()).toMatchObject({ audio: true, video: true });
    await mute(true);
    await ann.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await ann.page.waitForFunction(() => window.tester.call.snapshot.self.media.audio);
    expect((await live()).toSorted()).toEqual(['audio', 'video']);
  });

  it.each(['Camera', 'Microphone'] as const)('ends off: %s on, then off', async (device) => {
    await enter('nothing');
    await ann.page.evaluate(async (name) => {
      const { call, captures } = window.tester;
      captures.hold();
      const on = call[`set${name}`](true);
      await call[`set${name}`](false);
      await on;
      await captures.release();
    }, device);
    expect(await live()).toEqual([]);
    expect(await media()).toEqual({ audio: false, video: false, screen: false });
  });

  it('shares one screen where share is pressed twice, and none where it was stopped', async () => {
    await enter('nothing');
    await ann.page.evaluate(async () => {
      const { call, captures } = window.tester;
      captures.hold();
      const shares = [call.shareScreen(), call.shareScreen()];
      await captures.release();
      await Promise.all(shares);
    });
    expect(await live()).toEqual(['screen']);
    expect((await media()).screen).toBe(true);
    await ann.page.evaluate(() => window.tester.call.stopScreen());
    expect(await live()).toEqual([]);
    await ann.page.evaluate(async () => {
      const { call, captures } = window.tester;
      captures.hold();
      const share = call.shareScreen();
      call.stopScreen();
      await share;
      await captures.release();
    });
    expect(await live()).toEqual([]);
    expect((await media()).screen).toBe(false);
  });

  it('ends with the camera that was chosen last, which off and on bring back', async () => {
    await enter('microphone and camera');
    const { chosen, taken, again, asked } = await ann.page.evaluate(async () => {
      const { call, captures } = window.tester;
      const devices = await navigator.mediaDevices.enumerateDevices();
      const cameras = devices.filter(({ kind }) => kind === 'videoinput');
      const [one, two, three] = cameras.map(({ deviceId }) => deviceId);
      const current = () =>
        call.snapshot.self.stream.getVideoTracks().map((track) => track.getSettings().deviceId);
      captures.hold();
      const switches = [one, three, two].map((id) => call.switchCamera(id ?? ''));
      await captures.release();
      await Promise.all(switches);
      const taken = current();
      await call.setCamera(false);
      captures.asked.length = 0;
      await call.setCamera(true);
      return { chosen: two, taken, again: current(), asked: captures.asked };
    });
    expect(taken).toEqual([chosen]);
    expect(again).toEqual([chosen]);
    expect(asked).toEqual([{ kinds: ['video'], deviceId: chosen }]);
    expect((await live()).sort()).toEqual(['audio', 'video']);
  });

  it('stays muted over a microphone that is lost and another that is chosen', async () => {
    await enter('microphone and camera');
    const enabled = await ann.page.evaluate(async () => {
      const { call, captures } = window.tester;
      await call.setMicrophone(false);
      captures.lose('audio');
      const devices = await navigator.mediaDevices.enumerateDevices();
      const other = devices.findLast(({ kind }) => kind === 'audioinput');
      await call.switchMicrophone(other?.deviceId ?? '');
      return call.snapshot.self.stream.getAudioTracks().map((track) => track.enabled);
    });
    expect(enabled).toEqual([false]);
    expect((await media()).audio).toBe(false);
  });

  it('tells the others of a device that is taken away', async () => {
    await enter('microphone and camera');
    await ann.page.evaluate(() => window.tester.captures.lose('video'));
    expect(await media()).toEqual({ audio: true, video: false, screen: false });
    const told = await ann.page.waitForFunction(async (id) => {
      const room = await window.tester.client.room(id);
      return room?.participants[0]?.media.video === false;
    }, roomId);
    expect(await told.jsonValue()).toBe(true);
  });

  it('lets go of one camera for another where the browser gives one at a time, and has it back', async () => {
    await enter('microphone and camera');
    const result = await ann.page.evaluate(async () => {
      const { call, captures, failure } = window.tester;
      const devices = await navigator.mediaDevices.enumerateDevices();
      const ids = devices.filter(({ kind }) => kind === 'videoinput').map((one) => one.deviceId);
      const current = () =>
        call.snapshot.self.stream.getVideoTracks()[0]?.getSettings().deviceId ?? null;
      const before = current();
      const other = ids.find((id) => id !== before) ?? '';
      captures.failNext('NotReadableError', 'NotReadableError');
      const refused = await failure(call.switchCamera(other));
      const restored = current();
      captures.failNext('NotReadableError');
      await call.switchCamera(other);
      return { before, other, refused, restored, now: current() };
    });
    expect(result.refused).toBe('NotReadableError');
    expect(result.restored).toBe(result.before);
    expect(result.now).toBe(result.other);
    expect((await live()).sort()).toEqual(['audio', 'video']);
  });

  it('has a stream of its own, and stops what it was given and nothing else', async () => {
    ann = await SdkPage.open(browser, server.url, 'Ann');
    roomId = await ann.createRoom();
    const found = await ann.page.evaluate(async (id) => {
      const { client, failure } = window.tester;
      const given = await navigator.mediaDevices.getUserMedia({ audio: true });
      const kinds = (stream: MediaStream) => stream.getTracks().map(({ kind }) => kind);
      const refused = await failure(client.joinRoom('0123456789abcdef', { stream: given }));
      const kept = given.getTracks().every(({ readyState }) => readyState === 'live');
      const call = await client.joinRoom(id, { stream: given });
      const later = await navigator.mediaDevices.getUserMedia({ video: true });
      for (const track of later.getTracks()) given.addTrack(track);
      const shown = kinds(call.snapshot.self.stream);
      await call.setCamera(true);
      const theirs = kinds(given);
      call.leave();
      const states = given.getTracks().map(({ kind, readyState }) => `${kind} ${readyState}`);
      return { refused, kept, shown, theirs, states, own: kinds(call.snapshot.self.stream) };
    }, roomId);
    expect(found).toEqual({
      refused: 'ROOM_NOT_FOUND',
      kept: true,
      shown: ['audio'],
      theirs: ['audio', 'video'],
      states: ['audio ended', 'video live'],
      own: [],
    });
  });
});
