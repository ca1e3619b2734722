import { PushError } from './push-support.ts';

/** A service worker: where its script is, or its registration. */
export type PushWorker = string | URL | ServiceWorkerRegistration;

/** The registration of a worker, which is made if there is none. Resolves when the worker is active. @throws {PushError} */
export async function register(worker: PushWorker): Promise<ServiceWorkerRegistration> {
  try {
    const registration =
      typeof worker === 'string' || worker instanceof URL
        ? await navigator.serviceWorker.register(worker)
        : worker;
    await whenActive(registration);
    return registration;
  } catch (cause) {
    throw new PushError('PUSH_FAILED', 'The service worker cannot be loaded.', { cause });
  }
}

/** The registration of a worker, if there is one. */
export async function registrationOf(
  worker: PushWorker,
): Promise<ServiceWorkerRegistration | null> {
  if (typeof worker !== 'string' && !(worker instanceof URL)) return worker;
  const scope = new URL('./', new URL(worker, location.href)).href;
  const found = await navigator.serviceWorker.getRegistration(scope);
  // The browser may answer with one of a folder above.
  return found?.scope === scope ? found : null;
}

/** The subscription of a browser by this key: the one that it has, or a new one. @throws {PushError} */
export async function subscribe(
  { pushManager }: ServiceWorkerRegistration,
  key: string,
): Promise<{ readonly endpoint: string; readonly p256dh: string; readonly auth: string }> {
  try {
    const known = await pushManager.getSubscription();
    const { applicationServerKey = null } = known?.options ?? {};
    // One that was made by another key gets no message of this server.
    const fits = applicationServerKey === null || base64url(applicationServerKey) === key;
    if (!fits) await known?.unsubscribe();
    const options = { userVisibleOnly: true, applicationServerKey: key };
    const subscription = known !== null && fits ? known : await pushManager.subscribe(options);
    const { endpoint = '', keys = {} } = subscription.toJSON();
    return { endpoint, p256dh: keys.p256dh ?? '', auth: keys.auth ?? '' };
  } catch (cause) {
    throw new PushError('PUSH_FAILED', 'The browser cannot subscribe to push messages.', { cause });
  }
}

async function whenActive(registration: ServiceWorkerRegistration): Promise<void> {
  if (registration.active !== null) return;
  const worker = registration.installing ?? registration.waiting;
  if (worker === null) throw new Error('There is no worker.');
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(new Error('The worker could not be installed.'));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

function base64url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
