/** The texts about notifications of calls, in English. */
export const pushEnglish = {
  heading: 'Notifications',
  label: 'Notify me of calls when this page is closed',
  explained: 'This applies to this browser. You can accept or decline from the notification.',
  over: 'The call is already over.',
  /** Why it can't be switched on. By the code of the obstacle. */
  obstacles: {
    PUSH_INSECURE: 'This page must be opened over https for that.',
    PUSH_NEEDS_INSTALL:
      'Add this page to your home screen first: tap Share, then “Add to Home Screen”, and open it from there.',
    PUSH_UNSUPPORTED: 'This browser can’t do that.',
    PUSH_DENIED:
      'Notifications are blocked. Allow them for this page in your browser’s settings, then reload it.',
    PUSH_NEEDS_CLICK: 'Please try again.',
    PUSH_FAILED: 'Your browser couldn’t set this up. Please try again later.',
    PUSH_UNAVAILABLE: 'This server doesn’t send notifications. Contact its administrator.',
  },
  notification: {
    ringing: '{caller} is calling',
    audio: 'Call',
    video: 'Video call',
    accept: 'Accept',
    decline: 'Decline',
    missed: 'Missed call from {caller}',
    answered: 'Call with {caller} answered',
    declined: 'Call from {caller} declined',
  },
};
