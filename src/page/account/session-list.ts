import type { App } from '../app.ts';
import { h } from '../dom.ts';
import { language, texts } from '../messages/language.ts';
import { wordsFor } from '../words.ts';

type Sessions = Awaited<ReturnType<App['client']['sessions']>>;

/** The user's sessions, each with a button that ends it. */
export function sessionList(app: App, sessions: Sessions): HTMLElement {
  const attempt = async (action: () => Promise<string>) => {
    try {
      app.toast(await action());
      await app.goToAccount();
    } catch (error) {
      app.toast(wordsFor(error));
    }
  };
  const end = (id: string) =>
    attempt(async () => {
      await app.client.revokeSession(id);
      return texts.account.ended(1);
    });
  const others = sessions.filter(({ current }) => !current);
  return h(
    'section.my-rooms',
    {},
    h('h2', {}, texts.account.sessions),
    h(
      'ul.rooms',
      { 'data-testid': 'sessions' },
      ...sessions.map((session) => sessionItem(session, end)),
    ),
    others.length > 0 &&
      h(
        'button',
        {
          type: 'button',
          'data-testid': 'end-others',
          click: () =>
            void attempt(async () => texts.account.ended(await app.client.revokeOtherSessions())),
        },
        texts.account.endOthers,
      ),
  );
}

function sessionItem(session: Sessions[number], end: (id: string) => Promise<void>): HTMLElement {
  const { id, current, userAgent, lastSeenAt } = session;
  const device = deviceOf(userAgent);
  const seen = new Date(lastSeenAt).toLocaleString(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return h(
    'li',
    { 'data-testid': 'session', 'data-current': String(current) },
    h(
      'div',
      {},
      h('strong', {}, device),
      h('span', {}, current ? texts.account.thisDevice : texts.account.lastSeen(seen)),
    ),
    !current &&
      h(
        'button',
        {
          type: 'button',
          'data-testid': 'end-session',
          'aria-label': texts.account.endSessionOf(device),
          click: () => void end(id),
        },
        texts.account.endSession,
      ),
  );
}

/** Browser and system, as far as a `User-Agent` names them. The first match counts, because Edge also says Chrome. */
function deviceOf(userAgent: string | null): string {
  const found = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const browser = found([
    [/\bEdg/, 'Edge'],
    [/\bFirefox\//, 'Firefox'],
    [/\bChrom(e|ium)\//, 'Chrome'],
    [/\bSafari\//, 'Safari'],
  ]);
  const system = found([
    [/\b(iPhone|iPad)\b/, 'iOS'],
    [/\bAndroid\b/, 'Android'],
    [/\bWindows\b/, 'Windows'],
    [/\bMac OS X\b/, 'macOS'],
    [/\bLinux\b/, 'Linux'],
  ]);
  const words = [browser, system].filter((word) => word !== undefined);
  return words.length > 0 ? words.join(' · ') : texts.account.unknownDevice;
}
