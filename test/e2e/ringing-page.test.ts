import { expect, it, vi } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { call, contacts, deviceOf, rung } from '../kit/calling-page.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

describeInBrowser('calling people on the call page', () => {
  vi.setConfig({ testTimeout: 180_000 });
  const served = new ServedCallPage([], { RING_SECONDS: '5', RINGS_PER_PAIR: '100' });

  it('works', async () => {
    const [one, other] = await contacts(served, 'Ann', 'Bob');
    const ann = await deviceOf(one, served);
    const bob = await deviceOf(other, served);
    await call(ann, 'Bob');
    await rung(bob);
    await bob.page.screenshot({ path: '/tmp/h2-incoming.png' });
    await ann.page.screenshot({ path: '/tmp/h2-outgoing.png' });
    await bob.page.getByTestId('accept-video').click();
    await ann.page.getByTestId('call').waitFor();
    await Promise.all([ann.sees('Bob'), bob.sees('Ann')]);
    await ann.page.screenshot({ path: '/tmp/h2-call.png' });
    await ann.page.getByTestId('leave').click();
    await bob.notice('call-over');
    await bob.page.screenshot({ path: '/tmp/h2-over.png' });
    await ann.page.getByTestId('people-screen').waitFor();
    await ann.page.getByTestId('past-call').waitFor();
    await ann.page.screenshot({ path: '/tmp/h2-people.png' });
    expect(await bob.page.getByTestId('incoming').isVisible()).toBe(false);
    await ann.close();
    await bob.close();
  });
});
