import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type BuiltPage, buildCallPage } from '../kit/browser.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';
import { describeInWebKit, WebKit } from '../kit/webkit.ts';

vi.setConfig({ testTimeout: 120_000 });

// Debian's WebKit has no WebRTC: the page has to run in it up to the call, and say what is missing.
describeInWebKit('the call page in a WebKit that cannot make calls', (driver) => {
  let built: BuiltPage;
  let server: TestServer;
  let webkit: WebKit;

  beforeAll(async () => {
    built = await buildCallPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    webkit = await WebKit.launch(driver);
  });

  afterAll(async () => {
    await webkit?.close();
    await server?.close();
    await built?.remove();
  });

  const appears = (testId: string) =>
    until(
      () => webkit.run((id) => document.querySelector(`[data-testid="${id}"]`) !== null, testId),
      `${testId} on the page`,
    );
  const press = (testId: string) =>
    webkit.run((id) => {
      document.querySelector<HTMLElement>(`[data-testid="${id}"]`)?.click();
    }, testId);
  const type = (testId: string, text: string) =>
    webkit.run(
      (id, value) => {
        const field = document.querySelector<HTMLInputElement>(`[data-testid="${id}"]`);
        if (field !== null) field.value = value;
        field?.dispatchEvent(new Event('input', { bubbles: true }));
      },
      testId,
      text,
    );

  it('signs up, makes a room, and is told so before it joins', async () => {
    await webkit.goto(server.url);
    expect(await webkit.run(() => typeof RTCPeerConnection)).toBe('undefined');
    await webkit.run(() => {
      const faults: string[] = [];
      window.addEventListener('error', ({ message }) => faults.push(message));
      window.addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));
      Object.assign(window, { faults });
    });
    await appears('email');
    await type('name', 'Ada');
    await type('email', 'ada@example.com');
    await type('password', 'correct horse battery staple');
    await press('submit');
    await appears('create-room');
    await press('create-room');
    await until(
      () =>
        webkit.run(
          () => document.querySelector('[data-testid="notice"][data-kind="unsupported"]') !== null,
        ),
      'the notice',
    );
    const shown = await webkit.run(() => document.body.innerText);
    expect(shown).toContain('WebRTC');
    expect(await webkit.run(() => Object(window).faults)).toEqual([]);
  });
});
