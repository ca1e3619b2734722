import { expect, it, vi } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { Visitor } from '../kit/call-page.ts';
import { Participant } from '../kit/participant.ts';
import { register } from '../kit/people.ts';
import { ServedCallPage } from '../kit/served-call-page.ts';
import { until } from '../kit/waiting.ts';

describeInBrowser('the call page at odd moments', () => {
  vi.setConfig({ testTimeout: 180_000 });
  const served = new ServedCallPage(['--host-resolver-rules=MAP lan.test 127.0.0.1']);

  it('says whether a host knows of those who wait, and forgets who goes elsewhere', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const bob = await Visitor.open(served.browser, 'Bob');
    await ada.page.goto(served.url);
    await ada.signUp();
    await ada.page.getByTestId('room-access').selectOption('KNOCK');
    await ada.page.getByTestId('create-room').click();
    await ada.page.getByTestId('preview').waitFor();
    await bob.accept(ada.page.url());
    await bob.page.getByTestId('join').click();
    const told = bob.page.getByTestId('waiting-told');
    await told.getByText('The host isn’t here yet').waitFor();
    await ada.join();
    await ada.page.getByTestId('prompt').getByText('Bob wants to join').waitFor();
    // By a link of the page, and not by the button for it.
    await bob.page.getByTestId('home-link').click();
    await ada.page.getByTestId('prompt').waitFor({ state: 'detached' });
    await bob.page.goBack();
    await bob.page.getByTestId('join').click();
    await told.getByText('The host knows you’re here').waitFor();
    await ada.page.getByTestId('prompt-admit').click();
    await bob.page.getByTestId('call').waitFor();
    await ada.close();
    await bob.close();
  });

  it('tells of seven who come at once in few words, which cover no name', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const link = await ada.host(served.url, 'חדר');
    await ada.join();
    await ada.rememberToasts();
    const roomId = new URL(link).searchParams.get('room') ?? '';
    const names = ['Bob', 'Cem', 'Dia', 'Eva', 'Fay', 'עדה', 'Gus'];
    const others = await Promise.all(
      names.map(async (name) => {
        const person = await register(`${served.url}/graphql`, name);
        return new Participant(`${served.url.replace('http', 'ws')}/graphql`, person);
      }),
    );
    await Promise.all(others.map((other) => other.join({ roomId })));
    await until(async () => (await ada.page.getByTestId('tile').count()) === names.length, 'tiles');
    await until(async () => (await ada.toasts()).length > 0, 'the first toast');
    const labels = ada.page.locator('peerql-tile .name');
    const covered = await labels.evaluateAll((shown) => {
      const boxes = [...document.querySelectorAll('#toast p')].map((toast) =>
        toast.getBoundingClientRect(),
      );
      return shown
        .filter((name) => {
          const own = name.getBoundingClientRect();
          return boxes.some(
            (box) =>
              box.left < own.right &&
              own.left < box.right &&
              box.top < own.bottom &&
              own.top < box.bottom,
          );
        })
        .map(({ textContent }) => textContent);
    });
    expect(covered).toEqual([]);
    const joined = async () => (await ada.toasts()).filter((text) => text.includes('joined'));
    await until(async () => sum((await joined()).map(peopleIn)) === names.length, 'all of them');
    // One where they come within a moment; more on a machine that takes longer to let them in.
    expect((await joined()).length).toBeLessThan(names.length);

    // A name that runs from right to left turns nothing around it.
    const directions = await labels.evaluateAll((shown) => {
      const isolated = shown.map((name) => getComputedStyle(name).unicodeBidi);
      const title = document.querySelector('h1');
      return {
        isolated: [...new Set(isolated)],
        title: title && getComputedStyle(title).direction,
      };
    });
    expect(directions).toEqual({ isolated: ['isolate'], title: 'rtl' });
    await Promise.all(others.map((other) => other.dispose()));
    await ada.close();
  });

  it('says that a screen may not be shared, and nothing of it after the end', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    await ada.host(served.url, 'Tea');
    await ada.join();
    await ada.rememberToasts();
    await ada.page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = () =>
        Promise.reject(new DOMException('No.', 'NotAllowedError'));
    });
    await ada.page.getByTestId('toggle-screen').click();
    await until(async () => (await ada.toasts()).length === 1, 'the toast');
    expect(await ada.toasts()).toEqual([expect.stringContaining('didn’t allow')]);
    await ada.page.evaluate(() => {
      navigator.mediaDevices.getDisplayMedia = () => new Promise(() => {});
    });
    await ada.page.getByTestId('toggle-screen').click();
    await ada.page.getByTestId('leave').click();
    await ada.notice('left');
    // Whatever would be said of it has been said by now.
    await ada.page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await ada.toasts()).toHaveLength(1);
    await ada.close();
  });

  it('takes a name as long as the server does, and says how long that is', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    await ada.page.goto(served.url);
    await ada.signUp();
    await ada.page.getByTestId('room-name').fill('🎈'.repeat(101));
    await ada.page.getByTestId('create-room').click();
    await ada.page.getByTestId('create-error').getByText('at most 100 characters').waitFor();
    await ada.page.getByTestId('room-name').fill('🎈'.repeat(100));
    await ada.page.getByTestId('create-room').click();
    await ada.page.getByTestId('lobby').waitFor();
    await ada.close();
  });

  it('says on a page of plain http: what is missing, and makes the call', async () => {
    const { port, pathname } = new URL(served.url);
    const ada = await Visitor.open(served.browser, 'Ada');
    await ada.page.goto(`http://lan.test:${port}${pathname}`);
    await ada.signUp();
    await ada.page.getByTestId('create-room').click();
    await ada.page.locator('[data-testid="device-problem"][data-kind="insecure"]').waitFor();
    await ada.join();
    await ada.rememberToasts();
    await ada.page.getByTestId('toggle-camera').click();
    await until(async () => (await ada.toasts()).includes('This page isn’t secure'), 'the toast');
    await ada.close();
  });

  it('says that two cannot reach each other', async () => {
    const ada = await Visitor.open(served.browser, 'Ada');
    const bob = await Visitor.open(served.browser, 'Bob');
    const link = await ada.host(served.url, 'Tea');
    // Through a relay alone, of which there is none.
    await ada.page.evaluate(() => {
      const Original = RTCPeerConnection;
      window.RTCPeerConnection = class extends Original {
        constructor(given?: RTCConfiguration) {
          super({ ...given, iceTransportPolicy: 'relay' });
        }
      };
    });
    await ada.join();
    await bob.accept(link);
    await bob.join();
    const failed = ada.tile('Bob').and(ada.page.locator('[data-state="failed"]'));
    await failed.getByText('Can’t connect').waitFor({ timeout: 60_000 });
    await ada.close();
    await bob.close();
  });
});

/** How many people a toast tells of. */
function peopleIn(text: string): number {
  const [, others] = / and (\d+) others? /.exec(text) ?? [];
  if (others !== undefined) return Number(others) + 1;
  return text.includes(' and ') ? 2 : 1;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
