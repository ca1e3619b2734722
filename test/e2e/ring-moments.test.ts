import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeInBoth } from '../kit/both-browsers.ts';
import { openTwoCallers } from '../kit/two-callers.ts';

vi.setConfig({ testTimeout: 120_000 });

/** What may become of a command that another one meets: what it says is that it was too late. */
const TOO_LATE = ['CALL_ENDED', 'CALL_ANSWERED', 'ANSWERED_ELSEWHERE', 'CANCELLED', 'DECLINED'];

describeInBoth('a ring at odd moments', (_, launch) => {
  const two = openTwoCallers(launch);
  let bobsId: string;

  beforeAll(async () => {
    bobsId = await two.bob.run(async () => {
      const { client } = window.tester;
      await client.people.updateReachability({ allowCallsFrom: 'EVERYONE' });
      client.incoming.subscribe(() => {});
      return (await client.me())?.id ?? '';
    });
    await two.bob.sees(
      () => window.tester.client.incoming.snapshot.state === 'connected',
      'that calls can ring',
    );
  });

  afterEach(async () => {
    // Nothing rings any more, and nobody is in a call.
    await two.bob.sees(() => window.tester.client.incoming.snapshot.calls.length === 0, 'silence');
  });

  const rings = () =>
    two.bob.sees(() => window.tester.client.incoming.snapshot.calls.length === 1, 'a ring');

  it('makes one call of two accepts and two joins', async () => {
    const called = two.ann.run(async (id) => {
      const ringing = await window.tester.client.people.ring([id]);
      const joins = [ringing.join(), ringing.join()];
      const codes = await Promise.all(joins.map(window.tester.failure));
      const calls = (await Promise.allSettled(joins)).flatMap((one) =>
        one.status === 'fulfilled' ? [one.value] : [],
      );
      const [call] = calls;
      if (call === undefined) return { codes, others: 0 };
      while (call.snapshot.participants.length === 0) {
        await new Promise((resolve) => call.subscribe(() => resolve(null)));
      }
      const others = call.snapshot.participants.length;
      call.leave();
      return { codes: codes.toSorted(), others };
    }, bobsId);
    await rings();
    const same = await two.bob.run(async () => {
      const [ringing] = window.tester.client.incoming.snapshot.calls;
      const calls = await Promise.all([ringing?.accept(), ringing?.accept()]);
      const [call] = calls;
      if (call?.snapshot.end === null) {
        await new Promise((resolve) => call.on('end', resolve));
      }
      return calls[0] === calls[1];
    });
    expect(same).toBe(true);
    expect(await called).toEqual({ codes: ['ALREADY_IN_ROOM', null], others: 1 });
  });

  it('is accepted or declined, where both are said at once', async () => {
    const called = two.ann.run(async (id) => {
      const { client, failure } = window.tester;
      const ringing = await client.people.ring([id]);
      const joined = ringing.join();
      const code = await failure(joined);
      if (code === null) (await joined).leave();
      return code;
    }, bobsId);
    await rings();
    const outcomes = await two.bob.run(async () => {
      const { client, failure } = window.tester;
      const [ringing] = client.incoming.snapshot.calls;
      if (ringing === undefined) throw new Error('Nothing rings.');
      const accepted = ringing.accept();
      const codes = await Promise.all([failure(accepted), failure(ringing.decline())]);
      await accepted.then((call) => call.leave()).catch(() => {});
      return codes;
    });
    // Whoever has accepted may come when the caller, who leaves at once, has closed the room.
    for (const code of outcomes) expect([null, 'ROOM_NOT_FOUND', ...TOO_LATE]).toContain(code);
    const [accept, decline] = outcomes;
    if (accept === null) expect(decline).not.toBeNull();
    expect(await called).toBe(decline === null ? 'DECLINED' : null);
  });

  it('rings no more when it is cancelled in the moment at which it is made, or answered', async () => {
    const first = await two.ann.run(async (id) => {
      const { client, failure } = window.tester;
      const ringing = await client.people.ring([id]);
      const join = failure(ringing.join());
      const codes = await Promise.all([failure(ringing.cancel()), failure(ringing.cancel()), join]);
      return codes;
    }, bobsId);
    expect(first[2]).toBe('CANCELLED');
    expect(first.slice(0, 2)).toContain(null);
    await two.bob.sees(() => window.tester.client.incoming.snapshot.calls.length === 0, 'silence');

    await two.ann.run((id) => {
      window.later = {
        call: window.tester.client.people.ring([id]).then((ringing) => {
          const joined = ringing.join();
          joined.then((call) => call.leave()).catch(() => {});
          return new Promise((resolve) => {
            document.addEventListener('cancel-now', () => {
              const { failure } = window.tester;
              resolve(Promise.all([failure(ringing.cancel()), failure(joined)]));
            });
          });
        }),
      };
    }, bobsId);
    await rings();
    const [answered, cancelled] = await Promise.all([
      two.bob.run(async () => {
        const { client, failure } = window.tester;
        const [ringing] = client.incoming.snapshot.calls;
        if (ringing === undefined) return 'CALL_ENDED';
        const accepted = ringing.accept();
        const code = await failure(accepted);
        if (code === null) (await accepted).leave();
        return code;
      }),
      two.ann.run(() => {
        document.dispatchEvent(new Event('cancel-now'));
        return window.later.call as Promise<(string | null)[]>;
      }),
    ]);
    // Either it was answered, or it was cancelled.
    const [cancel, join] = cancelled;
    if (cancel === null) expect([answered, join]).toEqual(['CALL_ENDED', 'CANCELLED']);
    else expect(TOO_LATE).toContain(cancel);
  });
});
