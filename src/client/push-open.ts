import { addressOf, type OpenedMessage } from './push-messages.ts';
import type { WindowClient, WorkerScope } from './push-worker-scope.ts';

/** How long a page may take to say that it takes over, in milliseconds: Firefox lets a worker open one within a second. */
const ANSWER_MS = 300;
/** So many pages are asked, the one that was used last first. */
const ASKED = 2;

/** Tells a page that is open, and brings it to the front; if none takes it, another one is opened. */
export async function openCall(
  { clients, registration }: WorkerScope,
  page: string,
  message: OpenedMessage,
): Promise<void> {
  const all = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const own = all.filter(({ url }) => url.startsWith(registration.scope));
  for (const client of own.slice(0, ASKED)) {
    if (!(await takes(client, message))) continue;
    // It may be refused, if the press was too long ago.
    await client.focus().catch(() => {});
    return;
  }
  await clients.openWindow(addressOf(page, message));
}

function takes(client: WindowClient, message: OpenedMessage): Promise<boolean> {
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
