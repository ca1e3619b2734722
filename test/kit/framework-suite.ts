import { expect } from 'vitest';
import type {} from '../e2e/fixtures/frameworks/host.ts';
import type { FrameworkPages } from './framework-pages.ts';
import type { MeetingPage } from './meeting-page.ts';
// The examples reach the server as most front ends do: at /graphql of their own origin.
import { testOfOwnPort as it } from './mounts.ts';

const show = ({ page }: MeetingPage, room: string | null) =>
  page.evaluate((given) => window.host.show(given), room);

/**
 * What the example of every framework has to do.
 *
 * @param path of a page that mounts the example's component, and is a `Host` (test/e2e/fixtures/frameworks)
 */
export function frameworkSuite(pages: FrameworkPages, path: string): void {
  it('joins, shows the other and that they are muted, changes rooms, and leaves when it is unmounted', async () => {
    const [tea, coffee] = [await pages.newRoom('Tea'), await pages.newRoom('Coffee')];
    const [ann, bob] = [await pages.visit('Ann', path), await pages.visit('Bob', path)];
    for (const one of [ann, bob]) await show(one, tea);
    await Promise.all([ann.sees('Bob'), bob.sees('Ann')]);
    await ann.page.getByRole('heading', { name: 'Tea' }).waitFor();
    // Each once: nothing has joined twice.
    expect(await ann.page.getByTestId('tile').count()).toBe(1);

    await ann.page.getByRole('button', { name: 'Mute microphone' }).click();
    await bob.tile('Ann', '[data-audio="false"]').waitFor();

    await show(bob, coffee);
    await bob.page.getByRole('heading', { name: 'Coffee' }).waitFor();
    await ann.misses('Bob');
    await show(bob, tea);
    await Promise.all([ann.sees('Bob'), bob.sees('Ann')]);

    await show(bob, null);
    await ann.misses('Bob');
    expect(await bob.page.getByRole('heading').count()).toBe(0);
  });

  it('comes back at once to the room that it has just left', async () => {
    const tea = await pages.newRoom('Tea');
    const [ann, bob] = [await pages.visit('Ann', path), await pages.visit('Bob', path)];
    for (const one of [ann, bob]) await show(one, tea);
    for (let round = 0; round < 3; round += 1) {
      await bob.tile('Ann').waitFor();
      await show(bob, null);
      await show(bob, tea);
    }
    await Promise.all([ann.sees('Bob'), bob.sees('Ann')]);
    expect(await ann.page.getByTestId('tile').count()).toBe(1);
    expect(await bob.page.getByRole('alert').count()).toBe(0);
  });

  it('says why there is no call, and joins the next room', async () => {
    const ann = await pages.visit('Ann', path);
    await show(ann, '0123456789abcdef');
    const alert = ann.page.getByRole('alert');
    await alert.getByText('There is no such room, or it has ended.').waitFor();
    await show(ann, await pages.newRoom('Tea'));
    await ann.page.getByRole('heading', { name: 'Tea' }).waitFor();
    expect(await alert.count()).toBe(0);
  });

  it('follows any store of the SDK, only while something shows it', async () => {
    const { page } = await pages.visit('Ann', path);
    await page.getByText('none').waitFor();
    await page.evaluate(() => window.host.watch(true));
    await page.getByText('connected').waitFor();
    await page.evaluate(() => window.host.watch(false));
    await page.getByText('none').waitFor();
    await expect.poll(() => page.evaluate(() => window.host.reach())).toBe('idle');
  });
}
