/** The words of the notifications. `{caller}` stands for the name of the caller. */
export interface PushTexts {
  readonly ringing: string;
  readonly audio: string;
  readonly video: string;
  readonly accept: string;
  readonly decline: string;
  /** The call was not answered. */
  readonly missed: string;
  /** The user has answered it on another device. */
  readonly answered: string;
  readonly declined: string;
}

const ENGLISH: PushTexts = {
  ringing: '{caller} is calling',
  audio: 'Call',
  video: 'Video call',
  accept: 'Accept',
  decline: 'Decline',
  missed: 'Missed call from {caller}',
  answered: 'Answered on another device',
  declined: 'Call declined',
};

/** What a page tells the service worker, which starts without a page. */
export interface PushSettings {
  /** The GraphQL endpoint, an absolute URL. */
  readonly url: string;
  /** The page that a notification opens, an absolute URL. */
  readonly page: string;
  /** An absolute URL; null: the browser’s own. */
  readonly icon: string | null;
  readonly texts: PushTexts;
  /** `pushKey` of the server; null before anybody has subscribed. */
  readonly key: string | null;
  /** Who has switched push messages on in this browser; null: nobody. */
  readonly userId: string | null;
}

/** A page and its workers share the caches of their origin, as the only storage that both read with a few lines. */
const CACHE = 'peerql-push';

/** @param scope of the service worker, an absolute URL */
export async function readSettings(scope: string): Promise<PushSettings> {
  const kept = await (await caches.open(CACHE)).match(keyOf(scope));
  const given: Partial<PushSettings> = kept === undefined ? {} : await kept.json();
  return {
    url: new URL('graphql', scope).href,
    page: scope,
    icon: null,
    key: null,
    userId: null,
    ...given,
    texts: { ...ENGLISH, ...given.texts },
  };
}

/** Keeps what is given, instead of everything before. */
export async function writeSettings(
  scope: string,
  settings: Omit<PushSettings, 'texts'> & { readonly texts: Partial<PushTexts> },
): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.put(keyOf(scope), new Response(JSON.stringify(settings)));
}

export async function forgetSettings(scope: string): Promise<void> {
  await (await caches.open(CACHE)).delete(keyOf(scope));
}

function keyOf(scope: string): string {
  return new URL('peerql-push-settings', scope).href;
}
