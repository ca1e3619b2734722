import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { useDrawnCamera } from '../kit/drawn-camera.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';

/** A third of the grace (30 s): sooner than this nobody was given up on. */
const AT_ONCE_MS = 10_000;
/** With UPDATE_SCREENSHOTS=1 people are drawn, and the picture of the README is made anew. */
const PICTURED = process.env.UPDATE_SCREENSHOTS === '1';
const LOOKS = [
  { hue: 25, skin: '#e3b08c', hair: '#3a2a20', shirt: '#2f5d8a' },
  { hue: 205, skin: '#f0c6a4', hair: '#8c8f96', shirt: '#7a3b52' },
  { hue: 140, skin: '#d9a37c', hair: '#231d1a', shirt: '#3d6b4f' },
] as const;
const PICTURE = fileURLToPath(new URL('../../docs/images/call.png', import.meta.url));

describeInBrowser('a call through the page', () => {
  const served = new ServedCallPage();

  it('lets three people see and hear each other, mute, and leave', async () => {
    const ada = await Visitor.open(served.browser, 'Ada Lovelace', { colorScheme: 'dark' });
    const grace = await Visitor.open(served.browser, 'Grace Hopper');
    const alan = await Visitor.open(served.browser, 'Alan Turing');

    const everybody = [ada, grace, alan];
    for (const [index, look] of LOOKS.entries()) {
      const one = everybody[index];
      if (PICTURED && one !== undefined) await useDrawnCamera(one.context, look);
    }

    const link = await ada.host(served.url, 'Weekly catch-up');
    await ada.join();
    expect(await ada.page.getByTestId('invite-link').inputValue()).toBe(link);
    await grace.accept(link);
    expect(await grace.page.getByTestId('present').textContent()).toBe('Ada Lovelace is here.');
    await grace.join();
    await Promise.all([ada.sees(grace.name), grace.sees(ada.name)]);
    await Promise.all([ada.hears(grace.name), grace.hears(ada.name)]);

    // A third joins, and the mesh has a connection for each pair.
    await alan.accept(link);
    await alan.join();
    for (const one of everybody) {
      const others = everybody.filter((other) => other !== one);
      await Promise.all(others.map((other) => one.sees(other.name)));
    }
    expect(await ada.page.getByTestId('count').textContent()).toBe('3');

    // Muted by button and by key, seen by the others, and taken back.
    await grace.page.getByTestId('toggle-microphone').click();
    await ada.tile(grace.name).and(ada.page.locator('[data-audio="false"]')).waitFor();
    await alan.tile(grace.name).and(alan.page.locator('[data-audio="false"]')).waitFor();
    await grace.page.keyboard.press('m');
    await ada.tile(grace.name).and(ada.page.locator('[data-audio="true"]')).waitFor();

    // A camera that is off is let go of, and comes back without a new connection.
    await alan.page.getByTestId('toggle-camera').click();
    await ada.tile(alan.name).and(ada.page.locator('[data-video="false"]')).waitFor();
    expect(await ada.tile(alan.name).locator('video').isVisible()).toBe(false);
    await alan.page.getByTestId('toggle-camera').click();
    await ada.sees(alan.name);

    // A screen beside the camera, and back to faces alone.
    await grace.page.getByTestId('toggle-screen').click();
    await Promise.all([ada.seesScreenOf(grace.name), alan.seesScreenOf(grace.name)]);
    await ada.sees(grace.name);
    await grace.page.getByTestId('toggle-screen').click();
    await ada.page.getByTestId('screen-tile').waitFor({ state: 'detached' });

    // The link, ready to be sent to a fourth.
    // All at once: what is not named here is taken away, and with it the microphone.
    const permissions = ['clipboard-read', 'clipboard-write', 'camera', 'microphone'];
    await ada.context.grantPermissions(permissions);
    await ada.page.getByTestId('copy-link').click();
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(link);

    if (PICTURED) {
      await alan.page.getByTestId('toggle-microphone').click();
      await ada.tile(alan.name).and(ada.page.locator('[data-audio="false"]')).waitFor();
      await ada.page.locator('#toast:empty').waitFor({ state: 'attached' });
      await mkdir(dirname(PICTURE), { recursive: true });
      await ada.page.screenshot({ path: PICTURE });
    }

    // Leaving shows at once, by the button and by closing the page: long before anybody is given up on. How soon is
    // told, not asserted: a browser of three calls on a busy machine takes seconds to close a page.
    const [left, seen] = [grace.timeOfClick(), ada.timeOfLoss(grace.name)];
    await grace.page.getByTestId('leave').click();
    const leavingMs = (await seen) - (await left);
    expect(leavingMs).toBeLessThan(AT_ONCE_MS);
    await grace.page.locator('[data-testid="notice"][data-kind="left"]').waitFor();

    const gone = ada.timeOfLoss(alan.name);
    const closedAt = Date.now();
    await alan.page.close();
    const closingMs = (await gone) - closedAt;
    expect(closingMs).toBeLessThan(AT_ONCE_MS);
    console.log(
      `Seen to leave: ${leavingMs} ms after the button, ${closingMs} ms after the page closed`,
    );
    await ada.page.getByTestId('invite').waitFor();

    // And back in.
    await grace.page.getByTestId('rejoin').click();
    await grace.join();
    await ada.sees(grace.name);

    for (const one of everybody) await one.close();
  });
});
