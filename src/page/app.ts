import { type Account, type Client, createClient } from '../client/index.ts';
import { h } from './dom.ts';

/** How long a toast is shown, in milliseconds. */
const TOAST_MS = 4_000;

/** One full view of the page. */
export interface Screen {
  readonly element: HTMLElement;
  /** Called when another screen replaces it. */
  readonly dispose?: () => void;
}

/** What every screen can use. */
export interface App {
  readonly client: Client;
  /** Who is signed in; null when nobody is. */
  account: Account | null;
  /** Calls `listener` whenever somebody else, or nobody, is signed in. */
  onAccount(listener: (account: Account | null) => void): void;
  /**
   * The button in the bar that leads to the people. There is one, so that it can show news on every screen: it is in the
   * bar that was made last, so a screen is made when it is shown.
   */
  readonly peopleButton: HTMLElement;
  show(screen: Screen): void;
  /** Shows the screen for the address: sign-in, home, or a room's lobby. */
  route(): Promise<void>;
  /** Changes the address to a room's, or with null to the home page's, and shows it. */
  goTo(roomId: string | null): Promise<void>;
  /** Changes the address to the account page's, and shows it. */
  goToAccount(): Promise<void>;
  /** Changes the address to that of the people whom the user knows, and shows them. */
  goToPeople(): Promise<void>;
  /** Shows a short message, also to screen readers. */
  toast(text: string): void;
}

/** The room that the address names. */
export function roomInAddress(): string | null {
  return new URL(location.href).searchParams.get('room');
}

/** Whether the address is that of the account page. */
export function isAccountAddress(): boolean {
  return new URL(location.href).searchParams.has('account');
}

/** Changes the address to that of the people whom the user knows. */
export function showPeopleAddress(): void {
  if (!isPeopleAddress()) history.pushState(null, '', './?people');
}

/** Whether the address is that of the people whom the user knows. */
export function isPeopleAddress(): boolean {
  return new URL(location.href).searchParams.has('people');
}

/** The link that invites somebody to a room. */
export function roomLink(roomId: string): string {
  return new URL(`./?room=${encodeURIComponent(roomId)}`, location.href).href;
}

export function createApp(
  root: HTMLElement,
  toasts: HTMLElement,
  route: (app: App) => Promise<void>,
): App {
  let current: Screen | null = null;
  let account: Account | null = null;
  const listeners: ((account: Account | null) => void)[] = [];
  const app: App = {
    client: createClient({ url: new URL('./graphql', location.href).href }),
    get account() {
      return account;
    },
    set account(next) {
      const before = account?.id;
      account = next;
      if (next?.id !== before) for (const listener of listeners) listener(next);
    },
    onAccount: (listener) => listeners.push(listener),
    peopleButton: h('button.quiet.people-button', { type: 'button', 'data-testid': 'open-people' }),
    show(screen) {
      current?.dispose?.();
      current = screen;
      root.replaceChildren(screen.element);
      window.scrollTo(0, 0);
      // Keyboards and screen readers start at the new screen. Focusing a field would open a touch screen's keyboard.
      const canHover = matchMedia('(hover: hover)').matches;
      const wanted = canHover ? '[data-autofocus]:enabled' : 'h1';
      const start =
        screen.element.querySelector<HTMLElement>(wanted) ?? screen.element.querySelector('h1');
      start?.focus({ preventScroll: true });
    },
    route: () => route(app),
    goTo(roomId) {
      history.pushState(null, '', roomId === null ? './' : `./?room=${encodeURIComponent(roomId)}`);
      return route(app);
    },
    goToAccount() {
      history.pushState(null, '', './?account');
      return route(app);
    },
    goToPeople() {
      showPeopleAddress();
      return route(app);
    },
    toast(text) {
      const toast = h('p', { dir: 'auto' }, text);
      toasts.append(toast);
      setTimeout(() => toast.remove(), TOAST_MS);
    },
  };
  return app;
}
