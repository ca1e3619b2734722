import type { BrowserContext, CDPSession, Worker } from 'playwright-core';
import type { TestBrowser } from './push-service.ts';
import { until } from './waiting.ts';

/** A notification that a browser shows. */
export interface ShownNotification {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  /** Whether it comes without a sound. */
  readonly silent: boolean;
  readonly actions: readonly string[];
}

/** What a page sees of the service worker's types, which TypeScript does not have beside those of pages. */
interface Scope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { openWindow: (url: string) => Promise<null> };
  /** How many notifications were shown since the first question. */
  shown?: number;
  dispatchEvent(event: Event): boolean;
}

/**
 * The part of a browser that push messages wake. The messages come through the debugging protocol, since a test has no
 * push service of the browser's maker; everything after that is the browser's own. Nobody can press a notification of a
 * browser without a screen, so a press is an event that the test makes; with that, a browser opens no window, so the
 * address is taken down instead.
 */
export class WokenBrowser {
  readonly context: BrowserContext;
  readonly #session: CDPSession;
  readonly #origin: string;
  #registrationId = '';

  private constructor(context: BrowserContext, session: CDPSession, origin: string) {
    this.context = context;
    this.#session = session;
    this.#origin = origin;
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      this.#registrationId =
        registrations.find(({ isDeleted }) => !isDeleted)?.registrationId ?? '';
    });
  }

  /** @param context to which subscriptions lead through `subscribed` */
  static async of(
    context: BrowserContext,
    url: string,
    subscribed: TestBrowser,
  ): Promise<WokenBrowser> {
    await context.grantPermissions(['notifications'], { origin: url });
    const { endpoint, p256dh, auth } = subscribed.subscription;
    await context.addInitScript(stubSubscriptions, { endpoint, keys: { p256dh, auth } });
    // One that belongs to no page, so that it stays when all pages are closed.
    const session = await context.newCDPSession(await context.newPage());
    const woken = new WokenBrowser(context, session, url);
    await session.send('ServiceWorker.enable');
    return woken;
  }

  /** Delivers a push message; resolves when the worker has shown something for it. */
  async deliver(message: unknown): Promise<void> {
    await until(() => this.#registrationId !== '', 'a service worker to be registered');
    const before = await this.#worker.evaluate(countShown);
    await this.#session.send('ServiceWorker.deliverPushMessage', {
      origin: this.#origin,
      registrationId: this.#registrationId,
      data: JSON.stringify(message),
    });
    // A browser that is asked for its notifications while it makes one may lose that.
    await until(
      async () => (await this.#worker.evaluate(countShown)) > before,
      'the worker to show something',
    );
  }

  /** What the browser shows, as soon as that is as it should be. */
  async shows(
    expected: (shown: readonly ShownNotification[]) => boolean,
  ): Promise<ShownNotification[]> {
    let shown: ShownNotification[] = [];
    await until(
      async () => {
        shown = await this.#worker.evaluate(async () => {
          const { registration } = globalThis as unknown as Scope;
          const all = await registration.getNotifications();
          return all.map((one) => ({
            ...{ title: one.title, body: one.body, tag: one.tag, silent: one.silent === true },
            actions: (one as unknown as { actions: { action: string }[] }).actions.map(
              ({ action }) => action,
            ),
          }));
        });
        return expected(shown);
      },
      () => `other notifications than ${JSON.stringify(shown)}`,
    );
    return shown;
  }

  /** Gives the browser another subscription, as push services do from time to time. */
  async renew(subscribed: Pick<TestBrowser, 'subscription'>): Promise<void> {
    const { endpoint, p256dh, auth } = subscribed.subscription;
    const next = { endpoint, keys: { p256dh, auth } };
    const pages = this.context.pages().filter((page) => page.url().startsWith(this.#origin));
    for (const page of pages) await page.evaluate(renewSubscription, next);
    await this.#worker.evaluate(renewSubscription, next);
    await this.#worker.evaluate(async () => {
      const scope = globalThis as unknown as Scope;
      const work: Promise<unknown>[] = [];
      const waitUntil = (one: Promise<unknown>) => work.push(one);
      scope.dispatchEvent(Object.assign(new Event('pushsubscriptionchange'), { waitUntil }));
      await Promise.all(work);
    });
  }

  /** Presses the notification, or one of its buttons. Resolves to the addresses of pages that it opens. */
  press(action = ''): Promise<string[]> {
    return this.#worker.evaluate(async (given) => {
      const scope = globalThis as unknown as Scope;
      const opened: string[] = [];
      scope.clients.openWindow = async (url) => {
        opened.push(url);
        return null;
      };
      const [notification] = await scope.registration.getNotifications();
      const event = new Event('notificationclick');
      const work: Promise<unknown>[] = [];
      Object.assign(event, {
        ...{ notification, action: given },
        waitUntil: (one: Promise<unknown>) => work.push(one),
      });
      scope.dispatchEvent(event);
      await Promise.all(work);
      return opened;
    }, action);
  }

  get #worker(): Worker {
    const worker = this.context.serviceWorkers().at(-1);
    if (worker === undefined) throw new Error('No service worker runs.');
    return worker;
  }
}

/** Runs in the worker. */
function countShown(): number {
  const scope = globalThis as unknown as Scope;
  if (scope.shown === undefined) {
    scope.shown = 0;
    const { prototype } = ServiceWorkerRegistration;
    const { showNotification } = prototype;
    prototype.showNotification = async function (...given) {
      await showNotification.apply(this, given);
      scope.shown = (scope.shown ?? 0) + 1;
    };
  }
  return scope.shown;
}

/** Runs in the worker and in the pages that are open. */
function renewSubscription(json: { endpoint: string; keys: object }): void {
  const subscription = {
    endpoint: json.endpoint,
    options: { applicationServerKey: null },
    toJSON: () => json,
    unsubscribe: async () => true,
  };
  Object.assign(PushManager.prototype, {
    subscribe: async () => subscription,
    getSubscription: async () => subscription,
  });
}

/** Runs in each page, before its own code: the browser cannot subscribe without a push service of its maker. */
function stubSubscriptions(json: {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}): void {
  let isSubscribed = localStorage.getItem('test.subscribed') !== null;
  const subscription = {
    endpoint: json.endpoint,
    options: { applicationServerKey: null },
    toJSON: () => json,
    async unsubscribe() {
      localStorage.removeItem('test.subscribed');
      isSubscribed = false;
      return true;
    },
  };
  Object.assign(PushManager.prototype, {
    async subscribe() {
      localStorage.setItem('test.subscribed', '');
      isSubscribed = true;
      return subscription;
    },
    getSubscription: async () => (isSubscribed ? subscription : null),
  });
}
