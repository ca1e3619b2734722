import { Emitter } from './emitter.ts';
import { RefusedError, unwrap } from './errors.ts';
import {
  PushKeyDocument,
  RemovePushSubscriptionDocument,
  SavePushSubscriptionDocument,
} from './generated/operations.ts';
import { type HttpOptions, request } from './http.ts';
import { objectProblem, requireOptions } from './options.ts';
import { isOpenedMessage, isRenewedMessage } from './push-messages.ts';
import { type PushWorker, register, registrationOf, subscribe } from './push-registration.ts';
import { forgetSettings, type PushTexts, readSettings, writeSettings } from './push-settings.ts';
import { askPermission, obstacle, type PushObstacle } from './push-support.ts';

export interface PushOptions {
  /**
   * The service worker: where its script is, relative to the page, or the registration of a worker of your own that loads
   * that script. Default: `./peerql-push-worker.js`.
   */
  readonly worker?: PushWorker;
  /**
   * The page that a notification opens. It gets `?call=<id>`, and `&accept` if the user has accepted there. Default: the
   * scope of the worker.
   */
  readonly page?: string | URL;
  /** A picture for the notifications. Default: the browser’s. */
  readonly icon?: string | URL;
  /** The words of the notifications. Default: English. */
  readonly texts?: Partial<PushTexts>;
}

/** The user has pressed a notification. */
export interface OpenedCall {
  readonly callId: string;
  /** Whether they have accepted the call: answer it. Otherwise show it. */
  readonly accept: boolean;
}

export interface PushEvents {
  /** A notification was used while this page was open. If no page listens, one is opened: see {@link openedCall}. */
  opened: OpenedCall;
}

/**
 * Whether calls of the user ring in this browser while no page is open; otherwise why they cannot. `PUSH_UNAVAILABLE`: the
 * server sends no push messages.
 */
export type PushState = 'ON' | 'OFF' | 'PUSH_UNAVAILABLE' | PushObstacle;

/** What the server says about itself and about who asks. */
interface Server {
  readonly key: string | null;
  readonly userId: string | null;
}

/**
 * Calls that ring in this browser while no page is open, by push messages.
 * @example
 * button.onclick = () => client.push.enable().catch(({ message }) => show(message));
 */
export class Push extends Emitter<PushEvents> {
  readonly #http: HttpOptions;
  #listeners = 0;
  #isListening = false;
  /** Those that were used last. */
  #options: PushOptions = {};

  /** Made by `createClient`. */
  constructor(http: HttpOptions) {
    super();
    this.#http = http;
  }

  /** Whether it is on for the user who is signed in, or may be switched on. Only `worker` of the options matters. */
  async state(options: PushOptions = {}): Promise<PushState> {
    const why = obstacle();
    if (why !== null) return why.code;
    if (Notification.permission === 'denied') return 'PUSH_DENIED';
    const server = await this.#server();
    if (server.key === null) return 'PUSH_UNAVAILABLE';
    return (await isOwn(options, server)) ? 'ON' : 'OFF';
  }

  /**
   * Switches it on. Call it from a click, since it asks for permission. It may be called again, for example to change the
   * words.
   * @throws {PushError} if the browser or the user does not let it
   * @throws {RefusedError} `PUSH_UNAVAILABLE` if the server sends no push messages
   */
  async enable(options: PushOptions = {}): Promise<void> {
    requireOptions({ options: objectProblem(options) });
    const why = obstacle();
    if (why !== null) throw why;
    await askPermission();
    await this.#subscribe(await register(workerOf(options)), await this.#server(), options);
  }

  /**
   * Call it at each start of a page in which somebody is signed in: if they have switched it on in this browser, the server
   * is given the subscription again, which the browser may have renewed, or whose session may be over. It never asks for
   * permission. Resolves to whether it is on.
   * @throws {PushError} `PUSH_FAILED`
   */
  async renew(options: PushOptions = {}): Promise<boolean> {
    if (obstacle() !== null || Notification.permission !== 'granted') return false;
    const server = await this.#server();
    if (!(await isOwn(options, server))) return false;
    await this.#subscribe(await register(workerOf(options)), server, options);
    return true;
  }

  /** Switches it off. Only `worker` of the options matters. */
  async disable(options: PushOptions = {}): Promise<void> {
    if (obstacle() !== null) return;
    const registration = await registrationOf(workerOf(options));
    if (registration === null) return;
    await forgetSettings(registration.scope);
    const subscription = await registration.pushManager.getSubscription();
    if (subscription === null) return;
    const input = { endpoint: subscription.endpoint };
    await subscription.unsubscribe();
    const data = await request(this.#http, RemovePushSubscriptionDocument, { input });
    unwrap(data.removePushSubscription);
  }

  /** Calls `listener` at each `event` from now on; returns a function that removes it. */
  override on<Name extends keyof PushEvents>(
    event: Name,
    listener: (value: PushEvents[Name]) => void,
  ): () => void {
    this.#listen();
    this.#listeners += 1;
    const remove = super.on(event, listener);
    return () => {
      remove();
      this.#listeners -= 1;
    };
  }

  async #server(): Promise<Server> {
    const { pushKey, me } = await request(this.#http, PushKeyDocument, {});
    return { key: pushKey, userId: me?.id ?? null };
  }

  async #subscribe(
    registration: ServiceWorkerRegistration,
    { key, userId }: Server,
    options: PushOptions,
  ): Promise<void> {
    const { page, icon, texts = {} } = options;
    if (key === null) {
      throw new RefusedError('PUSH_UNAVAILABLE', 'This server sends no push messages.');
    }
    const input = await subscribe(registration, key);
    const data = await request(this.#http, SavePushSubscriptionDocument, { input });
    unwrap(data.savePushSubscription);
    const { scope } = registration;
    const absolute = (url: string | URL) => new URL(url, location.href).href;
    await writeSettings(scope, {
      url: this.#http.url,
      page: absolute(page ?? scope),
      icon: icon === undefined ? null : absolute(icon),
      ...{ texts, key, userId },
    });
    this.#options = { ...options, worker: registration };
    this.#listen();
  }

  #listen(): void {
    if (this.#isListening || !('serviceWorker' in navigator)) return;
    this.#isListening = true;
    const { serviceWorker } = navigator;
    serviceWorker.addEventListener('message', ({ data, ports }) => {
      // If it fails, the next page does it.
      if (isRenewedMessage(data)) this.renew(this.#options).catch(() => {});
      if (!isOpenedMessage(data) || this.#listeners === 0) return;
      // So that the worker opens no other page.
      ports[0]?.postMessage('taken');
      const { callId, accept } = data;
      this.emit('opened', { callId, accept });
    });
    serviceWorker.startMessages();
  }
}

/**
 * The call for which a notification has opened a page; null for any other address. Take both parameters out of the
 * address then, so that a reload does not answer again.
 *
 * @param url default: the address of the page
 * @example
 * const opened = openedCall();
 * if (opened) show(`Call ${opened.callId} is for you.`);
 */
export function openedCall(url: string | URL = location.href): OpenedCall | null {
  const { searchParams } = new URL(url);
  const callId = searchParams.get('call');
  return callId ? { callId, accept: searchParams.has('accept') } : null;
}

/** Whether the user who is signed in has switched it on in this browser. */
async function isOwn(options: PushOptions, server: Server): Promise<boolean> {
  const registration = await registrationOf(workerOf(options));
  if (registration === null || server.userId === null) return false;
  return (await readSettings(registration.scope)).userId === server.userId;
}

function workerOf({ worker = './peerql-push-worker.js' }: PushOptions): PushWorker {
  return worker;
}
