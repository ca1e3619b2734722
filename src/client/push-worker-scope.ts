// TypeScript has the types of workers only instead of those of pages, and this SDK is for both.

/** An event that the browser waits for. */
interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

/** @see https://w3c.github.io/push-api/#the-push-event */
export interface PushEvent extends LastingEvent {
  readonly data: { json(): unknown } | null;
}

/** @see https://notifications.spec.whatwg.org/#service-worker-api */
export interface NotificationEvent extends LastingEvent {
  readonly notification: Notification;
  readonly action: string;
}

/** A page that the worker can reach. */
export interface WindowClient {
  readonly url: string;
  readonly visibilityState: DocumentVisibilityState;
  focus(): Promise<unknown>;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

/** The global object of a service worker, as far as it is used. */
export interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: {
      type: 'window';
      includeUncontrolled: boolean;
    }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(name: 'push', run: (event: PushEvent) => void): void;
  addEventListener(name: 'pushsubscriptionchange', run: (event: LastingEvent) => void): void;
  addEventListener(name: 'notificationclick', run: (event: NotificationEvent) => void): void;
}

/** What browsers know about notifications of workers, and TypeScript does not. */
export interface WorkerNotificationOptions extends NotificationOptions {
  readonly actions?: readonly { readonly action: string; readonly title: string }[];
  readonly renotify?: boolean;
}
