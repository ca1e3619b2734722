import type { CallMessage, NotificationData } from './push-messages.ts';
import { isNotificationData, isRingsMessage } from './push-messages.ts';
import type { PushSettings } from './push-settings.ts';
import type { WorkerNotificationOptions } from './push-worker-scope.ts';

/**
 * Shows a call that rings, with both answers. It stays until it is used or replaced.
 * @param silent whether it makes no sound, because the call rings in a page as well
 */
export function showRinging(
  registration: ServiceWorkerRegistration,
  { callId, caller, media, token }: CallMessage,
  { texts, icon }: PushSettings,
  silent: boolean,
): Promise<void> {
  return show(registration, fill(texts.ringing, caller), {
    ...tagged({ type: 'peerql.ringing', callId, token: token ?? null }, icon),
    body: media === 'AUDIO' ? texts.audio : texts.video,
    actions: [
      { action: 'accept', title: texts.accept },
      { action: 'decline', title: texts.decline },
    ],
    requireInteraction: true,
    // Browsers refuse both at once.
    ...(silent ? { silent } : { renotify: true }),
  });
}

/**
 * Replaces the notification of a call by a silent one that says what became of it. Browsers demand that every message
 * shows something; without it they show a text of their own, or take the permission away.
 */
export function showEnded(
  registration: ServiceWorkerRegistration,
  { callId, caller, state }: CallMessage,
  { texts, icon }: PushSettings,
): Promise<void> {
  const words = { ACCEPTED: texts.answered, DECLINED: texts.declined };
  const text = state === 'ACCEPTED' || state === 'DECLINED' ? words[state] : texts.missed;
  return show(registration, fill(text, caller), {
    ...tagged({ type: 'peerql.ended', callId, token: null }, icon),
    silent: true,
  });
}

/**
 * Tells the service worker, when it asks, which calls ring in this page, as long as the user sees it: their notifications
 * make no sound. Returns a function that ends this.
 */
export function tellWhatRings(rings: (callId: string) => boolean): () => void {
  const { serviceWorker } = globalThis.navigator ?? {};
  const heard = ({ data, ports }: MessageEvent) => {
    if (isRingsMessage(data) && isSeen() && rings(data.callId)) ports[0]?.postMessage('rings');
  };
  serviceWorker?.addEventListener('message', heard);
  return () => serviceWorker?.removeEventListener('message', heard);
}

/** A call begins to ring in this page. If the user sees it, the notification of the call is closed: one of both is enough. */
export async function replaceRinging(callId: string): Promise<void> {
  if (isSeen()) await closeRinging(callId);
}

/** Closes the notification of a call that rings, because a page has been told that it does not. */
export async function closeRinging(callId: string): Promise<void> {
  const registration = await globalThis.navigator?.serviceWorker?.getRegistration();
  const shown = (await registration?.getNotifications({ tag: callId })) ?? [];
  for (const notification of shown) {
    const { data } = notification;
    // A notification of a missed call stays.
    if (isNotificationData(data) && data.type === 'peerql.ringing') notification.close();
  }
}

function isSeen(): boolean {
  return globalThis.document?.visibilityState === 'visible';
}

function tagged(data: NotificationData, icon: string | null): WorkerNotificationOptions {
  return { tag: data.callId, data, ...(icon !== null && { icon }) };
}

function fill(text: string, caller: string): string {
  return text.replaceAll('{caller}', () => caller);
}

function show(
  registration: ServiceWorkerRegistration,
  title: string,
  options: WorkerNotificationOptions,
): Promise<void> {
  return registration.showNotification(title, options);
}
