import {
  DeclinePushedCallDocument,
  PushedCallDocument,
  PushKeyDocument,
  SavePushSubscriptionDocument,
} from './generated/operations.ts';
import { type HttpOptions, request } from './http.ts';
import { type CallMessage, isNotificationData, readCallMessage } from './push-messages.ts';
import { showEnded, showRinging } from './push-notifications.ts';
import { openCall, ringsInPage, tellRenewed } from './push-pages.ts';
import { subscribe } from './push-registration.ts';
import { type PushSettings, readSettings } from './push-settings.ts';
import type { NotificationEvent, PushEvent, WorkerScope } from './push-worker-scope.ts';

/** How long the server may take to say whether a call rings, before the message is believed. In milliseconds. */
const ANSWER_MS = 3_000;

const scope = globalThis as unknown as WorkerScope;

/**
 * Makes the service worker in which it is called one that shows calls which ring while no page is open, as `client.push`
 * needs it. It leaves alone what is not its own: other messages, other notifications, and how the worker is replaced by
 * a newer one. Call it while the script of the worker is evaluated, as browsers demand of whoever listens.
 *
 * @example
 * ```ts
 * import { handlePushedCalls } from '@peerql/client/push-worker';
 *
 * handlePushedCalls();
 * ```
 */
export function handlePushedCalls(): void {
  scope.addEventListener('push', (event) => {
    const message = readCallMessage(contentOf(event));
    if (message !== null) event.waitUntil(show(message));
  });

  scope.addEventListener('notificationclick', (event) => {
    if (isNotificationData(event.notification.data)) event.waitUntil(act(event));
  });

  scope.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew()));
}

async function show(message: CallMessage): Promise<void> {
  const { registration } = scope;
  const settings = await readSettings(registration.scope);
  const state = message.type === 'call.ringing' ? await stateOf(message, settings) : message.state;
  if (state === 'RINGING') {
    const silent = await ringsInPage(scope, message.callId);
    await showRinging(registration, message, settings, silent);
  } else await showEnded(registration, { ...message, state }, settings);
}

/** What became of the ring meanwhile. A server that does not answer is no reason not to ring: messages are never old. */
async function stateOf({ token = '' }: CallMessage, settings: PushSettings) {
  try {
    const { pushedCall } = await request(toServer(settings), PushedCallDocument, { token });
    return pushedCall?.state ?? 'MISSED';
  } catch {
    return 'RINGING';
  }
}

async function act({ notification, action }: NotificationEvent): Promise<void> {
  notification.close();
  const { type, callId, token } = notification.data;
  const settings = await readSettings(scope.registration.scope);
  if (type === 'peerql.ended') await scope.clients.openWindow(settings.page);
  else if (action === 'decline') await decline(token, settings);
  else {
    const accept = action === 'accept';
    await openCall(scope, settings.page, { type: 'peerql.opened', callId, accept });
  }
}

async function decline(token: string | null, settings: PushSettings): Promise<void> {
  const input = { token: token ?? '' };
  // If it is too late, the server tells the worker what became of the call.
  await request(toServer(settings), DeclinePushedCallDocument, { input });
}

/**
 * The browser has another subscription now. A cookie may be missing, or be of somebody else by now: then the pages that
 * are open give it to the server, or else the next one that is opened.
 */
async function renew(): Promise<void> {
  const { registration } = scope;
  const settings = await readSettings(registration.scope);
  const { key, userId } = settings;
  if (key === null || userId === null) return;
  const input = await subscribe(registration, key);
  const { me } = await request(toServer(settings), PushKeyDocument, {});
  if (me?.id !== userId) return tellRenewed(scope);
  await request(toServer(settings), SavePushSubscriptionDocument, { input });
}

function toServer({ url }: PushSettings): HttpOptions {
  return {
    url,
    fetch: (...given) => fetch(...given),
    timeoutMs: ANSWER_MS,
    token: async () => null,
    openSocket: () => null,
    socket: () => Promise.reject(new Error('A worker has no token.')),
  };
}

function contentOf({ data }: PushEvent): unknown {
  try {
    return data?.json();
  } catch {
    return null;
  }
}
