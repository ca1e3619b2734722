import { expect, it, vi } from 'vitest';
import { describeInBoth } from '../kit/both-browsers.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { openTwoCallers } from '../kit/two-callers.ts';
import type { CameraCommand } from './fixtures/sdk/moments.ts';

vi.setConfig({ testTimeout: 240_000 });

const RACES = 40;
const COMMANDS: readonly CameraCommand[] = ['on', 'off', 'one', 'two', 'effect', 'none'];

describeInBoth('devices, effects and recordings at odd moments', (browser, launch) => {
  const two = openTwoCallers(launch);

  it(`have the camera do what was said last, in ${RACES} races of commands and effects`, async () => {
    const random = seededRandom(seedOfRun(`races of a camera in ${browser}`));
    await two.meet();
    // Devices have ids once one was opened.
    await two.ann.run(() => window.tester.call.setCamera(true));
    let on = true;
    let effect: string | null = null;
    for (let race = 0; race < RACES; race += 1) {
      const length = 2 + Math.floor(random() * 5);
      const commands = Array.from(
        { length },
        () => COMMANDS[Math.floor(random() * COMMANDS.length)] ?? 'on',
      );
      for (const command of commands) {
        if (command === 'effect') effect = 'magenta';
        else if (command === 'none') effect = null;
        else on = command !== 'off';
      }
      const found = await two.ann.run(
        (given) => window.tester.raceCamera(JSON.parse(given)),
        JSON.stringify(commands),
      );
      const said = `race ${race}: ${commands.join(', ')}`;
      expect([...new Set(found.outcomes)], said).toEqual(['done']);
      expect(found, said).toMatchObject({ on, live: on ? 1 : 0, effect });
      expect(found.painted, said).toBe(on && effect !== null);
    }
    // The last races go on while the call is left.
    const outcomes = await two.ann.run(async () => {
      const { call, raceCamera } = window.tester;
      const race = raceCamera(['off', 'effect', 'one', 'none', 'two', 'effect', 'on']);
      await Promise.resolve();
      call.leave();
      return (await race).outcomes;
    });
    expect(outcomes).not.toContain('overdue');
  });

  // In Firefox a page cannot imitate the loss of a device: no made-up event of a captured track arrives.
  const canLose = browser === 'Chromium';

  it.runIf(canLose)(
    'say soon that a camera was lost while its effect was being started',
    async () => {
      await two.meet();
      const { code, ms, later } = await two.ann.run(async () => {
        const { call, captures, failure, until } = window.tester;
        let starts = 0;
        const slow = {
          name: 'slow',
          process: () => {
            starts += 1;
            return new Promise<never>(() => {});
          },
        };
        const started = (wanted: number) => until(() => starts >= wanted);
        await call.setVideoEffect(slow);
        const startedAt = performance.now();
        const on = failure(call.setCamera(true));
        await started(1);
        captures.lose('video');
        const code = await on;
        const ms = performance.now() - startedAt;
        const before = captures.live();
        // On a camera that is open, the effect is remembered, and the loss is told by the snapshot.
        await call.setVideoEffect(null);
        await call.setCamera(true);
        const set = failure(call.setVideoEffect(slow));
        await started(2);
        captures.lose('video');
        const later = { set: await set, before };
        const { media, videoEffect } = call.snapshot.self;
        return { code, ms, later: { ...later, on: media.video, effect: videoEffect?.name } };
      });
      expect(code).toBe('EFFECT_FAILED');
      expect(ms).toBeLessThan(10_000);
      expect(later).toEqual({ set: null, on: false, effect: 'slow', before: [] });
    },
  );

  it('never show the camera itself while an effect is being changed, and come off with it', async () => {
    await two.meet();
    const shown = await two.ann.run(async () => {
      const { call, captures, effects, failure, until } = window.tester;
      await call.setVideoEffect(effects.paint('magenta'));
      await call.setCamera(true);
      const devices = await navigator.mediaDevices.enumerateDevices();
      const ids = devices.map(({ deviceId }) => deviceId);
      const seen = new Set<string>();
      call.subscribe(() => {
        const [track] = call.snapshot.self.stream.getVideoTracks();
        const id = track?.getSettings().deviceId ?? '';
        if (track !== undefined) seen.add(id !== '' && ids.includes(id) ? 'camera' : 'effect');
      });
      const all = ['cyan', 'yellow', 'black'].map((one) => call.setVideoEffect(effects.paint(one)));
      const codes = await Promise.all(all.map(failure));
      captures.lose('video');
      // Firefox tells of it a moment later.
      await until(() => !call.snapshot.self.media.video);
      return { codes, seen: [...seen], on: call.snapshot.self.media.video, live: captures.live() };
    });
    expect(shown).toMatchObject({ codes: [null, null, null], seen: ['effect'], live: [] });
    if (canLose) expect(shown.on).toBe(false);
  });

  it('record while everything changes, twice at once, and end with the call', async () => {
    const roomId = await two.meet();
    await two.bob.run(() => window.tester.call.setMicrophone(true));
    const sizes = await two.ann.run(async () => {
      const { call, captures, until } = window.tester;
      await Promise.all([call.setCamera(true), call.setMicrophone(true)]);
      const [first, second] = await Promise.all([call.record(), call.record({ withSelf: false })]);
      const parts: Blob[] = [];
      const third = await call.record({ onData: (part) => parts.push(part), width: 320 });
      captures.lose('video');
      captures.lose('audio');
      await call.setCamera(true);
      const to = call.snapshot.participants[0]?.id ?? '';
      call.setReceiving(to, { video: false });
      await until(() => parts.length >= 3);
      const files = await Promise.all([first.stop(), first.stop(), third.stop()]);
      const goesOn = call.snapshot.self.recording;
      const same = files[0] === files[1];
      const rest = second.stop();
      const over = (await rest) && call.snapshot.self.recording;
      return {
        file: files[0].size > 0,
        same,
        kept: files[2].size,
        parts: parts.length > 0,
        goesOn,
        over,
      };
    });
    expect(sizes).toEqual({
      file: true,
      same: true,
      kept: 0,
      parts: true,
      goesOn: true,
      over: false,
    });
    await two.bob.sees(
      () => window.tester.call.snapshot.participants[0]?.recording === false,
      'the end of the recording',
    );
    expect(roomId).not.toBe('');
  });

  it('leave no recording where it was stopped, or the call left, at once', async () => {
    await two.meet();
    const { stopped, left } = await two.ann.run(async () => {
      const { call, failure } = window.tester;
      const stopped = await (await call.record()).stop();
      const begun = await call.record();
      const begins = failure(call.record());
      call.leave();
      const file = await begun.stop();
      return { stopped: stopped.type, left: [await begins, file.type] };
    });
    expect(stopped).toContain('video/');
    expect(left).toEqual(['ENDED', stopped]);
    await two.bob.sees(() => window.tester.call.snapshot.participants.length === 0, 'nobody');
  });

  it('check the connection during a call, twice at once, and stop without a further device', async () => {
    await two.meet();
    const found = await two.ann.run(async () => {
      const { call, captures, client, failure, until } = window.tester;
      await call.setCamera(true);
      const stop = new AbortController();
      captures.hold();
      captures.asked.length = 0;
      const stopped = failure(client.checkConnection({ signal: stop.signal }));
      await until(() => captures.asked.length > 0);
      stop.abort();
      const code = await stopped;
      await captures.release();
      const without = { devices: { audio: false, video: false }, timeoutMs: 5_000 };
      const reports = [client.checkConnection(without), client.checkConnection(without)];
      const sockets = (await Promise.all(reports)).map(
        ({ checks }) => checks.find(({ check }) => check === 'websocket')?.outcome,
      );
      // Whole checks have come and gone since it was stopped.
      const asked = captures.asked.map(({ kinds }) => kinds.join());
      return { code, asked, sockets, live: captures.live(), state: call.snapshot.state };
    });
    expect(found).toEqual({
      code: 'AbortError',
      asked: ['audio'],
      sockets: ['ok', 'ok'],
      live: ['video'],
      state: 'connected',
    });
  });

  it('receive what was wanted last, of 20 wishes in a row', async () => {
    await two.meet();
    await two.bob.run(() => window.tester.call.setCamera(true));
    await two.ann.sees(
      () => window.tester.call.snapshot.participants[0]?.stream.getVideoTracks().length === 1,
      'the camera',
    );
    const problem = await two.ann.run(() => {
      const { call } = window.tester;
      const to = call.snapshot.participants[0]?.id ?? '';
      for (let wish = 0; wish < 20; wish += 1) call.setReceiving(to, { video: wish % 2 === 1 });
      call.setReceiving('nobody', { video: false });
      try {
        call.setReceiving(to, { video: 'no' as unknown as boolean });
        return null;
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    expect(problem).toBe('INVALID_INPUT');
    await two.ann.seesPictures();
    await two.ann.run(() => {
      const { call } = window.tester;
      const to = call.snapshot.participants[0]?.id ?? '';
      for (let wish = 0; wish < 21; wish += 1) call.setReceiving(to, { video: wish % 2 === 1 });
    });
    await two.ann.seesNoPictures();
  });

  it('open nothing after the end, although the page was shown again right before it', async () => {
    await two.meet();
    const asked = await two.ann.run(async () => {
      const { call, captures } = window.tester;
      await call.setMicrophone(true);
      const [track] = call.snapshot.self.stream.getAudioTracks();
      if (track === undefined) throw new Error('There is no microphone.');
      Object.defineProperty(track, 'muted', { configurable: true, value: true });
      track.dispatchEvent(new Event('mute'));
      document.dispatchEvent(new Event('visibilitychange'));
      call.leave();
      captures.asked.length = 0;
      // A microphone would be opened a second after the page was shown. Nothing tells that it is not.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return captures.asked.length;
    });
    expect(asked).toBe(0);
  });
});
