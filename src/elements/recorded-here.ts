import type { Call } from '@peerql/client';

/** The calls that the elements record, and can stop recording; an application may record others itself. */
export const recordedHere = new WeakSet<Call>();
