import { beforeEach, expect, it, vi } from 'vitest';
import { describeInBoth } from '../kit/both-browsers.ts';
import { openTwoCallers } from '../kit/two-callers.ts';

vi.setConfig({ testTimeout: 120_000 });

declare global {
  interface Window {
    aborts: AbortController;
  }
}

/** What each command may come to when the call is left right after it. */
const AFTER_LEAVING: Record<string, string[]> = {
  // A choice of another device has overtaken them.
  setMicrophone: ['done'],
  setCamera: ['done'],
  switchMicrophone: ['ENDED'],
  switchCamera: ['ENDED'],
  setVideoEffect: ['ENDED'],
  record: ['ENDED'],
  safetyCode: ['ENDED'],
  send: ['done', 'ENDED'],
  'send to one': ['ENDED'],
  sendFile: ['ENDED'],
  raiseHand: ['ENDED'],
  sendMessage: ['ENDED'],
  'sendMessage to one': ['ENDED'],
  requestMute: ['ENDED'],
  admit: ['ENDED'],
  deny: ['ENDED'],
  updateRoom: ['ENDED'],
  remove: ['ENDED'],
};

/** The commands that were neither done nor refused. */
function overdueOf(outcomes: Record<string, string>): string[] {
  return Object.keys(outcomes).filter((name) => outcomes[name] === 'overdue');
}

describeInBoth('what is asked of a call at odd moments', (_, launch) => {
  const two = openTwoCallers(launch);

  beforeEach(async () => {
    await two.meet();
  });

  it('is refused, whatever it is, when the call is left in the same moment', async () => {
    const outcomes = await two.ann.run(() =>
      window.tester.commandEverything(() => window.tester.call.leave()),
    );
    expect(Object.keys(outcomes)).toEqual(Object.keys(AFTER_LEAVING));
    for (const [name, outcome] of Object.entries(outcomes)) {
      expect(AFTER_LEAVING[name], `${name}: ${outcome}`).toContain(outcome);
    }
  });

  it('is refused, whatever it is, when the call is left without a connection to the server', async () => {
    const outcomes = await two.ann.run(() => {
      const { call, cut, commandEverything } = window.tester;
      return commandEverything(() => {
        call.on('state', (state) => {
          if (state === 'reconnecting') call.leave();
        });
        cut();
      });
    });
    // What goes directly, and devices, need no server.
    expect(outcomes).toMatchObject({ raiseHand: 'ENDED', sendMessage: 'ENDED', admit: 'ENDED' });
    expect(overdueOf(outcomes)).toEqual([]);
  });

  it('is done or refused when the other side leaves in the same moment', async () => {
    const [outcomes] = await Promise.all([
      two.ann.run(() => window.tester.commandEverything(() => {})),
      two.bob.run(() => window.tester.call.leave()),
    ]);
    expect(overdueOf(outcomes)).toEqual([]);
    await two.ann.run(() => window.tester.call.setVideoEffect(null));
  });

  it('ends in every listener', async () => {
    const events = [
      'message',
      'data',
      'fileOffered',
      'muteRequested',
      'participantUpdated',
    ] as const;
    for (const [index, event] of [...events, 'participantLeft', 'roomUpdated'].entries()) {
      if (index > 0) await two.meet();
      // Ann is the host, so she makes things happen to Bob.
      await two.bob.run((name) => {
        const { call } = window.tester;
        call.on(name as 'message', () => call.leave());
        window.later = { end: new Promise((resolve) => call.on('end', resolve)) };
      }, event);
      await two.ann.run((name) => {
        const { call } = window.tester;
        const to = call.snapshot.participants[0]?.id ?? '';
        const ways: Record<string, () => unknown> = {
          message: () => call.sendMessage('Hello'),
          data: () => call.send('Hello'),
          fileOffered: () => call.sendFile(new Blob(['Hello']), { to }),
          muteRequested: () => call.requestMute(to),
          participantUpdated: () => call.raiseHand(true),
          participantLeft: () => call.leave(),
          roomUpdated: () => call.updateRoom({ name: 'Another name' }),
        };
        Promise.resolve(ways[name]?.()).catch(() => {});
      }, event);
      const end = await two.bob.run(() => window.later.end as Promise<{ reason: string }>);
      expect(end.reason, event).toBe('LEFT');
      await two.part();
    }
  });

  it('goes on whichever listeners of files and messages throw', async () => {
    await two.bob.run(() => {
      window.addEventListener('error', (event) => event.preventDefault());
      const { call } = window.tester;
      const oops = () => {
        throw new Error('A listener throws');
      };
      call.on('data', oops);
      call.on('fileOffered', oops);
      call.on('fileOffered', (file) => {
        window.later = { file: file.accept({ onProgress: oops }).then((blob) => blob.text()) };
      });
    });
    const sent = await two.ann.run(async () => {
      window.addEventListener('error', (event) => event.preventDefault());
      const { call, failure } = window.tester;
      const to = call.snapshot.participants[0]?.id ?? '';
      const onProgress = () => {
        throw new Error('A listener throws');
      };
      await call.send('Hello');
      return failure(call.sendFile(new Blob(['Whole']), { to, onProgress }));
    });
    expect(sent).toBeNull();
    expect(await two.bob.run(() => window.later.file)).toBe('Whole');
    await two.ann.forgive('A listener throws');
    await two.bob.forgive('A listener throws');
  });

  it('does not send a file that was taken back before there was a channel', async () => {
    // Bob is there without media, and so without a channel.
    await two.bob.run(() => window.tester.call.leave());
    const roomId = await two.ann.run(() => window.tester.call.snapshot.room.id);
    await two.bob.run(async (id) => {
      const link = window.tester.openLink(id, 'the key of this page');
      await new Promise((resolve) => link.on('event', resolve));
      window.later = { left: new Promise((resolve) => link.on('end', resolve)) };
      window.aborts = new AbortController();
      window.aborts.signal.addEventListener('abort', () => link.leave());
    }, roomId);
    await two.ann.sees(() => window.tester.call.snapshot.participants.length === 1, 'the link');
    const { code, ms } = await two.ann.run(async () => {
      const { call, failure } = window.tester;
      const to = call.snapshot.participants[0]?.id ?? '';
      const stop = new AbortController();
      const startedAt = performance.now();
      const done = failure(call.sendFile(new Blob(['Hello']), { to, signal: stop.signal }));
      setTimeout(() => stop.abort(), 100);
      return { code: await done, ms: performance.now() - startedAt };
    });
    expect(code).toBe('AbortError');
    expect(ms).toBeLessThan(5_000);
    await two.bob.run(() => window.aborts.abort());
  });

  it('never offers a file that was taken back while the connection was made anew', async () => {
    await two.bob.run(() => {
      window.tester.call.on('fileOffered', ({ name }) => {
        document.title = name;
      });
    });
    const codes = await two.ann.run(async () => {
      const { call, failure } = window.tester;
      const to = call.snapshot.participants[0]?.id ?? '';
      const stop = new AbortController();
      const { signal } = stop;
      const first = failure(call.sendFile(new File(['1'], 'taken back'), { to, signal }));
      stop.abort();
      const second = failure(call.sendFile(new File(['2'], 'wanted'), { to }));
      return { first: await first, to, second: await Promise.race([second, 'under way']) };
    });
    expect(codes.first).toBe('AbortError');
    await two.bob.sees(() => document.title !== '', 'an offer');
    expect(await two.bob.run(() => document.title)).toBe('wanted');
  });

  it.each(['the sender', 'the receiver'])(
    'tells both when %s leaves in the middle of a file',
    async (who) => {
      await two.bob.run(() => {
        window.later = {
          file: new Promise((resolve) =>
            window.tester.call.on('fileOffered', (file) => {
              const done = file.accept({
                onProgress: () => {
                  document.title = 'under way';
                },
              });
              resolve(window.tester.failure(done));
            }),
          ),
        };
      });
      await two.ann.run(() => {
        const { call, failure } = window.tester;
        const to = call.snapshot.participants[0]?.id ?? '';
        const file = new Blob([new Uint8Array(60_000_000)]);
        window.later = { file: failure(call.sendFile(file, { to })) };
      });
      await two.bob.sees(() => document.title === 'under way', 'a part of the file');
      const [leaver, stayer] = who === 'the sender' ? [two.ann, two.bob] : [two.bob, two.ann];
      await leaver.run(() => window.tester.call.leave());
      expect(await leaver.run(() => window.later.file)).toBe('ENDED');
      expect(await stayer.run(() => window.later.file)).toBe('PEER_NOT_IN_ROOM');
      await two.bob.run(() => {
        document.title = '';
      });
    },
  );

  it('has the last word of two about a hand, a room and a guest', async () => {
    const { hand, name } = await two.ann.run(async () => {
      const { call } = window.tester;
      const hands = [true, false, true, false, true].map((up) => call.raiseHand(up));
      const names = ['One', 'Two', 'Three'].map((name) => call.updateRoom({ name }));
      await Promise.all([...hands, ...names]);
      const room = await window.tester.client.room(call.snapshot.room.id);
      return { hand: call.snapshot.self.handRaised, name: room?.name };
    });
    expect([hand, name]).toEqual([true, 'Three']);
    await two.bob.sees(
      () => window.tester.call.snapshot.participants[0]?.handRaised === true,
      'the hand',
    );
  });

  it('stays left: twice, and from its own end', async () => {
    const told = await two.ann.run(async () => {
      const { call } = window.tester;
      const ends: string[] = [];
      call.on('end', ({ reason }) => {
        ends.push(reason);
        call.leave();
      });
      call.leave();
      call.leave();
      await call.sendMessage('Hello').catch(({ code }) => ends.push(code));
      return ends;
    });
    expect(told).toEqual(['LEFT', 'ENDED']);
  });
});
