import type { Clock } from '../../domain/clock.ts';
import { CloseCode } from './close-codes.ts';
import type { Sockets } from './sockets.ts';

/** How often the next slice of sockets is closed, in milliseconds. */
const SLICE_MS = 100;

/**
 * Closes all sockets with 1012, in random slices over `overMs` milliseconds, so that their clients do not all come back
 * at once. Each socket is closed when its running operations are answered. Sockets that are still open `atMostMs`
 * milliseconds after the last slice are cut off. Resolves when none is left.
 */
export async function closeInSlices(
  sockets: Sockets,
  overMs: number,
  atMostMs: number,
  clock: Clock,
): Promise<void> {
  const waiting = shuffled([...sockets]);
  const slices = Math.max(1, Math.floor(overMs / SLICE_MS));
  const perSlice = Math.max(1, Math.ceil(waiting.length / slices));
  while (waiting.length > 0) {
    for (const connection of waiting.splice(0, perSlice)) {
      connection.closeWhenAnswered(CloseCode.Restarting, 'This server restarts: reconnect');
    }
    if (waiting.length > 0) await new Promise<void>((resolve) => clock.after(SLICE_MS, resolve));
  }
  const cutOff = clock.after(atMostMs, () => {
    for (const connection of sockets) connection.terminate();
  });
  await sockets.whenEmpty();
  cutOff.cancel();
}

function shuffled<T>(items: T[]): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    const [one, two] = [items[last], items[other]];
    if (one !== undefined && two !== undefined) [items[last], items[other]] = [two, one];
  }
  return items;
}
