import type { pushEnglish } from './push-english.ts';

/** The texts about notifications of calls, in German. */
export const pushGerman: typeof pushEnglish = {
  heading: 'Benachrichtigungen',
  label: 'Über Anrufe benachrichtigen, wenn diese Seite geschlossen ist',
  explained:
    'Das gilt für diesen Browser. Du kannst den Anruf direkt in der Benachrichtigung annehmen oder ablehnen.',
  over: 'Der Anruf ist schon beendet.',
  obstacles: {
    PUSH_INSECURE: 'Dafür muss diese Seite über https geöffnet werden.',
    PUSH_NEEDS_INSTALL:
      'Füge diese Seite zuerst deinem Home-Bildschirm hinzu: Tippe auf „Teilen“, dann auf „Zum Home-Bildschirm“, und öffne sie von dort.',
    PUSH_UNSUPPORTED: 'Das kann dieser Browser nicht.',
    PUSH_DENIED:
      'Benachrichtigungen sind blockiert. Erlaube sie für diese Seite in den Einstellungen deines Browsers und lade sie neu.',
    PUSH_NEEDS_CLICK: 'Versuch es bitte noch einmal.',
    PUSH_FAILED: 'Dein Browser konnte das nicht einrichten. Versuch es später noch einmal.',
    PUSH_UNAVAILABLE:
      'Dieser Server verschickt keine Benachrichtigungen. Wende dich an den Administrator.',
  },
  notification: {
    ringing: '{caller} ruft an',
    audio: 'Anruf',
    video: 'Videoanruf',
    accept: 'Annehmen',
    decline: 'Ablehnen',
    missed: 'Verpasster Anruf von {caller}',
    answered: 'Anruf von {caller} angenommen',
    declined: 'Anruf von {caller} abgelehnt',
  },
};
