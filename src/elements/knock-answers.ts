import type { Call } from '@peerql/client';
import { perCall } from './per-call.ts';

const answeredIn = perCall(() => new Set<string>());

/** Answers a knock, unless that is done already: a second press, of a button that is still there, is none. */
export async function answerKnock(
  call: Call,
  knockId: string,
  answer: () => Promise<void>,
): Promise<void> {
  const answered = answeredIn(call);
  if (answered.has(knockId)) return;
  answered.add(knockId);
  try {
    await answer();
  } catch (error) {
    answered.delete(knockId);
    throw error;
  }
}
