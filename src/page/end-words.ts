import type { RoomEnd } from '../client/index.ts';
import { texts } from './messages/language.ts';
import type { Notice } from './notice-section.ts';
import { wordsFor } from './words.ts';

/** Says why a call ended. */
export function endWords({ reason, error }: RoomEnd): Pick<Notice, 'icon' | 'title' | 'text'> {
  const { ended } = texts;
  switch (reason) {
    case 'LEFT':
      return { icon: 'leave', title: ended.LEFT.title, text: ended.LEFT.text };
    case 'REPLACED':
      return { icon: 'tabs', title: ended.REPLACED.title, text: ended.REPLACED.text };
    case 'REMOVED':
      return { icon: 'door', title: ended.REMOVED.title, text: ended.REMOVED.text };
    case 'ROOM_CLOSED':
    case 'CLOSED_BY_OWNER':
    case 'EXPIRED':
      return { icon: 'door', title: ended.over, text: ended[reason] };
    case 'SIGNED_OUT':
      return { icon: 'door', title: ended.over, text: ended.signedOut };
    case 'DISCONNECTED':
      return { icon: 'plug', title: ended.DISCONNECTED.title, text: ended.DISCONNECTED.text };
    case 'REFUSED':
      return { icon: 'door', title: ended.REFUSED.title, text: wordsFor(error) };
    case 'FAILED':
      return { icon: 'plug', title: ended.FAILED.title, text: ended.FAILED.text };
  }
}
