import { expect, it, vi } from 'vitest';
import { describeInBoth } from '../kit/both-browsers.ts';
import { openTwoCallers } from '../kit/two-callers.ts';

vi.setConfig({ testTimeout: 120_000 });

describeInBoth('joins at odd moments', (_, launch) => {
  const two = openTwoCallers(launch);

  it('give the devices of a page to one of two calls that are joined at once', async () => {
    const found = await two.ann.run(async () => {
      const { client, captures, failure, newLocalMedia } = window.tester;
      const rooms = await Promise.all([client.createRoom(), client.createRoom()]);
      const localMedia = newLocalMedia();
      await localMedia.setCamera(true);
      const joins = rooms.map(({ id }) => client.joinRoom(id, { localMedia }));
      const codes = await Promise.all(joins.map(failure));
      const live = captures.live();
      for (const join of joins) await join.then((call) => call.leave()).catch(() => {});
      // Where a join fails, the devices can be used for the next.
      const next = newLocalMedia();
      await next.setCamera(true);
      const missing = await failure(client.joinRoom('0123456789abcdef', { localMedia: next }));
      const room = await client.createRoom();
      const again = await client.joinRoom(room.id, { localMedia: next });
      const on = again.snapshot.self.media.video;
      again.leave();
      return { codes, live, missing, on, left: captures.live() };
    });
    expect(found).toEqual({
      codes: [null, 'INVALID_INPUT'],
      live: ['video'],
      missing: 'ROOM_NOT_FOUND',
      on: true,
      left: [],
    });
  });

  it('make one stay of two joins of one room, whose devices go on', async () => {
    const found = await two.ann.run(async () => {
      const { client, failure } = window.tester;
      const { id } = await client.createRoom();
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      const joins = [client.joinRoom(id, { stream }), client.joinRoom(id, { stream })];
      const codes = await Promise.all(joins.map(failure));
      const room = await client.room(id);
      const states = stream.getTracks().map(({ readyState }) => readyState);
      for (const join of joins) await join.then((call) => call.leave()).catch(() => {});
      return { codes: codes.toSorted(), states, stays: room?.participants.length };
    });
    expect(found).toEqual({
      codes: ['ALREADY_IN_ROOM', null],
      states: ['live', 'live'],
      stays: 1,
    });
  });

  it('are over, or end, where the room is closed in the same moment', async () => {
    const found = await two.ann.run(async () => {
      const { client, captures, failure, newLocalMedia } = window.tester;
      const outcomes: string[] = [];
      for (let round = 0; round < 5; round += 1) {
        const { id } = await client.createRoom();
        const localMedia = newLocalMedia();
        const camera = failure(localMedia.setCamera(true));
        const join = client.joinRoom(id, { localMedia });
        const closed = failure(client.closeRoom(id));
        const outcome = await join.then(
          (call) =>
            new Promise<string>((resolve) => {
              const { end } = call.snapshot;
              if (end !== null) resolve(end.reason);
              call.on('end', ({ reason }) => resolve(reason));
            }),
          ({ code }) => code as string,
        );
        outcomes.push(outcome);
        await Promise.all([camera, closed]);
        localMedia.stop();
      }
      return { outcomes: [...new Set(outcomes)], live: captures.live() };
    });
    expect(found.live).toEqual([]);
    for (const one of found.outcomes) expect(['ROOM_CLOSED', 'ROOM_NOT_FOUND']).toContain(one);
  });

  it('go on without devices that the page stops meanwhile', async () => {
    const found = await two.ann.run(async () => {
      const { client, captures, newLocalMedia } = window.tester;
      const { id } = await client.createRoom();
      const localMedia = newLocalMedia();
      await localMedia.setCamera(true);
      const join = client.joinRoom(id, { localMedia });
      localMedia.stop();
      const call = await join.catch(({ code }) => code as string);
      if (typeof call === 'string') return { call, live: captures.live() };
      const { media } = call.snapshot.self;
      call.leave();
      return { call: media, live: captures.live() };
    });
    expect(found).toEqual({ call: { audio: false, video: false, screen: false }, live: [] });
  });

  it('end with the session, whenever somebody signs out', async () => {
    const found = await two.bob.run(async () => {
      const { client, failure, signUp, captures, newLocalMedia } = window.tester;
      const outcomes: (string | null)[] = [];
      for (const waitMs of [0, 1, 5, 20]) {
        const { id } = await client.createRoom();
        const localMedia = newLocalMedia();
        void localMedia.setCamera(true).catch(() => {});
        const join = client.joinRoom(id, { localMedia, timeoutMs: 5_000 });
        const over = failure(
          join.then((call) => new Promise<void>((resolve) => call.on('end', () => resolve()))),
        );
        // The moment is what is tried: at the beginning, in the middle and at the end of a join.
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        await client.logout();
        outcomes.push(await over);
        localMedia.stop();
        await signUp('Bob');
      }
      return { outcomes, live: captures.live() };
    });
    for (const one of found.outcomes) {
      expect([null, 'UNAUTHENTICATED', 'SIGNED_OUT', 'NETWORK']).toContain(one);
    }
    expect(found.live).toEqual([]);
  });
});
