import type { App } from './app.ts';
import { h } from './dom.ts';
import { icon, mark } from './icons.ts';
import { texts } from './messages/language.ts';
import { currentTheme, toggleTheme } from './theme.ts';
import { wordsFor } from './words.ts';

/** The bar above every screen but a call's. */
export function header(app: App): HTMLElement {
  const { account } = app;
  return h(
    'header.bar',
    {},
    h(
      'a.brand',
      {
        href: './',
        'data-testid': 'home-link',
        click: (event) => {
          event.preventDefault();
          void app.goTo(null);
        },
      },
      mark(),
      'PeerQL',
    ),
    h(
      'div.bar-end',
      {},
      account !== null && !account.isGuest && app.peopleButton,
      account !== null &&
        h(
          account.isGuest ? 'span.who' : 'button.quiet.who',
          {
            'data-testid': 'account-name',
            dir: 'auto',
            ...(!account.isGuest && {
              type: 'button',
              title: texts.header.account,
              click: () => void app.goToAccount(),
            }),
          },
          account.name,
        ),
      account !== null &&
        h(
          'button.quiet',
          { type: 'button', 'data-testid': 'sign-out', click: () => void signOut(app) },
          texts.header.signOut,
        ),
      themeButton(),
    ),
  );
}

/** Switches between light and dark. */
export function themeButton(): HTMLButtonElement {
  const button = h('button.round.quiet', {
    type: 'button',
    'data-testid': 'theme',
    click: () => {
      toggleTheme();
      draw();
    },
  });
  const draw = () => {
    const dark = currentTheme() === 'dark';
    const label = dark ? texts.header.lightColours : texts.header.darkColours;
    button.replaceChildren(icon(dark ? 'sun' : 'moon'));
    button.setAttribute('aria-label', label);
    button.title = label;
  };
  draw();
  return button;
}

/** Ends the session, and shows the screen for that. */
export async function signOut(app: App): Promise<void> {
  try {
    await app.client.logout();
    app.account = null;
    await app.route();
  } catch (error) {
    app.toast(wordsFor(error));
  }
}
