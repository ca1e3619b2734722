import {
  addressOf,
  type OpenedMessage,
  type RenewedMessage,
  type RingsMessage,
} from './push-messages.ts';
import type { WindowClient, WorkerScope } from './push-worker-scope.ts';

/** How long a page may take to answer, in milliseconds: Firefox lets a worker open one within a second. */
const ANSWER_MS = 300;
/** How many pages are asked to take a call; the most recently used one is asked first. */
const ASKED = 2;

/** Tells a page that is open, and brings it to the front; if none takes it, another one is opened. */
export async function openCall(
  scope: WorkerScope,
  page: string,
  message: OpenedMessage,
): Promise<void> {
  for (const client of (await pagesOf(scope)).slice(0, ASKED)) {
    if (!(await answers(client, message))) continue;
    // It may be refused, if the press was too long ago.
    await client.focus().catch(() => {});
    return;
  }
  await scope.clients.openWindow(addressOf(page, message));
}

/** Whether the user sees a page in which a call rings. */
export async function ringsInPage(scope: WorkerScope, callId: string): Promise<boolean> {
  const message: RingsMessage = { type: 'peerql.rings', callId };
  const seen = (await pagesOf(scope)).filter((one) => one.visibilityState === 'visible');
  return (await Promise.all(seen.map((client) => answers(client, message)))).includes(true);
}

/** Has the pages that are open give the subscription to the server. */
export async function tellRenewed(scope: WorkerScope): Promise<void> {
  const message: RenewedMessage = { type: 'peerql.renewed' };
  for (const client of await pagesOf(scope)) client.postMessage(message);
}

async function pagesOf({ clients, registration }: WorkerScope): Promise<WindowClient[]> {
  const all = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  return all.filter(({ url }) => url.startsWith(registration.scope));
}

function answers(client: WindowClient, message: OpenedMessage | RingsMessage): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ANSWER_MS);
    port1.onmessage = () => {
      clearTimeout(timer);
      resolve(true);
    };
    client.postMessage(message, [port2]);
  });
}
