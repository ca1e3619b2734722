import { afterEach, expect, test, vi } from 'vitest';
import { askPermission, obstacle } from '../../src/client/push-support.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';

afterEach(() => vi.unstubAllGlobals());

interface Place {
  readonly secure?: boolean;
  readonly push?: boolean;
  readonly userAgent?: string;
  readonly maxTouchPoints?: number;
}

test.each<[string, Place, string | undefined]>([
  ['a page of http:', { secure: false }, 'PUSH_INSECURE'],
  ['an iPhone in a tab', { userAgent: IPHONE }, 'PUSH_NEEDS_INSTALL'],
  ['an iPad in a tab', { userAgent: MAC, maxTouchPoints: 5 }, 'PUSH_NEEDS_INSTALL'],
  ['a browser without push messages', { userAgent: MAC, maxTouchPoints: 0 }, 'PUSH_UNSUPPORTED'],
  ['an app on the home screen', { userAgent: IPHONE, push: true }, undefined],
])('%s', (_, { secure = true, push = false, ...navigator }, code) => {
  vi.stubGlobal('isSecureContext', secure);
  vi.stubGlobal('navigator', { maxTouchPoints: 0, userAgent: '', serviceWorker: {}, ...navigator });
  if (push) for (const name of ['PushManager', 'Notification']) vi.stubGlobal(name, class {});
  expect(obstacle()?.code).toBe(code);
});

test.each([
  ['never without a click', 'default', false, 'granted', 'PUSH_NEEDS_CLICK', 0],
  ['after a click, and the user says yes', 'default', true, 'granted', undefined, 1],
  ['after a click, and the user says no', 'default', true, 'denied', 'PUSH_DENIED', 1],
  ['not again after a no', 'denied', true, 'granted', 'PUSH_DENIED', 0],
  ['not again after a yes, also without a click', 'granted', false, 'denied', undefined, 0],
])('permission is asked for: %s', async (_, before, isActive, answer, code, asked) => {
  const notification = {
    permission: before,
    requestPermission: vi.fn(async () => {
      notification.permission = answer;
    }),
  };
  vi.stubGlobal('Notification', notification);
  vi.stubGlobal('navigator', { userActivation: { isActive } });
  const refused = await askPermission().catch((error: unknown) => error);
  expect((refused as { code?: string } | undefined)?.code).toBe(code);
  expect(notification.requestPermission).toHaveBeenCalledTimes(asked);
});
