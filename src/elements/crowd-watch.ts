import type { Call } from '@peerql/client';

/**
 * How many cameras a call carries well. Everybody sends their picture to everybody else, and the SDK divides the uplink
 * among them: with nine cameras each picture gets 500 kbit/s. It is also the default capacity of a room.
 */
export const CAMERAS_MOST = 8;

/** Tells once in a call when more cameras are on than it carries well. Returns a function that stops it. */
export function crowdWatch(call: Call, tell: (most: number) => void): () => void {
  let told = false;
  const look = () => {
    const { self, participants, end } = call.snapshot;
    if (told || end !== null) return;
    const on = [self, ...participants].filter(({ media }) => media.video).length;
    if (on <= CAMERAS_MOST) return;
    told = true;
    tell(CAMERAS_MOST);
  };
  look();
  return call.subscribe(look);
}
