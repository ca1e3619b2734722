import { PeerqlError } from './errors.ts';

/** Why calls cannot ring in this browser while no page is open, as the `code` of a {@link PushError}. */
export type PushObstacle =
  /** The page is neither `https:` nor on localhost. */
  | 'PUSH_INSECURE'
  /** On iOS and iPadOS, the page has to be added to the home screen and opened from there. */
  | 'PUSH_NEEDS_INSTALL'
  /** This browser has no push messages. */
  | 'PUSH_UNSUPPORTED'
  /** The user does not allow notifications. Only they can change that, in the settings of the browser. */
  | 'PUSH_DENIED'
  /** Permission may be asked for only after a click or a tap. */
  | 'PUSH_NEEDS_CLICK'
  /** The browser could not load the service worker, or subscribe; `cause` says why. */
  | 'PUSH_FAILED';

/**
 * The browser, or the user, does not let push messages through. See {@link PushObstacle} for the codes.
 * @example
 * if (error instanceof PushError && error.code === 'PUSH_NEEDS_INSTALL') {
 *   show('Add this page to your home screen first, and open it there.');
 * }
 */
export class PushError extends PeerqlError {
  declare readonly code: PushObstacle;

  constructor(code: PushObstacle, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}

/** What keeps this page from push messages, whatever the user allows; null for nothing. */
export function obstacle(): PushError | null {
  if (!isSecureContext) return new PushError('PUSH_INSECURE', 'Push messages need https:.');
  const hasPush =
    'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
  if (hasPush) return null;
  return isAppleTouch()
    ? new PushError('PUSH_NEEDS_INSTALL', 'The page has to be added to the home screen.')
    : new PushError('PUSH_UNSUPPORTED', 'This browser has no push messages.');
}

/** Asks the user if they have not decided yet. It has to be the first thing after a click. @throws {PushError} */
export async function askPermission(): Promise<void> {
  if (Notification.permission === 'default') {
    // A browser that does not know it decides by itself.
    if (navigator.userActivation?.isActive === false) {
      throw new PushError('PUSH_NEEDS_CLICK', 'Permission may be asked for only after a click.');
    }
    await Notification.requestPermission();
  }
  if (Notification.permission !== 'granted') {
    throw new PushError('PUSH_DENIED', 'The user does not allow notifications.');
  }
}

/** An iPhone, an iPod, or an iPad, which calls itself a Mac. */
function isAppleTouch(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return (
    /iP(hone|ad|od)/.test(userAgent) || (userAgent.includes('Macintosh') && maxTouchPoints > 1)
  );
}
