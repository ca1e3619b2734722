import type { LaterMessages } from './later-english.ts';

/** The texts of the parts that are loaded when they are used, in German. */
export const laterGerman: LaterMessages = {
  hostTools: {
    about: (name) => `Optionen für ${name}`,
    askToMute: 'Um Stummschalten bitten',
    remove: 'Entfernen',
    ban: 'Entfernen und aussperren',
    askedToMute: (name) => `${name} wurde gebeten, das Mikrofon stummzuschalten.`,
    they: 'Die Person',
    confirmRemove: (name) => `${name} aus dem Anruf entfernen?`,
    confirmBan: (name) => `${name} entfernen und aussperren?`,
  },
  safetyCode: {
    compare: (name) => `Sicherheitscode mit ${name} vergleichen`,
    howTo:
      'Lest euch diese Zahlen gegenseitig vor. Seht ihr beide dieselben, kann niemand zwischen euch mithören, zusehen oder etwas verändern.',
  },
  bans: {
    title: 'Für diesen Raum gesperrt',
    allow: 'Wieder zulassen',
    allowName: (name) => `Wieder zulassen: ${name}`,
  },
  incoming: {
    calls: (name) => `${name} ruft an`,
    video: 'Videoanruf',
    audio: 'Sprachanruf',
    group: (others) =>
      others === 1
        ? 'Eine weitere Person wird angerufen.'
        : `${others} weitere Personen werden angerufen.`,
    leaves: 'Wenn du annimmst, verlässt du deinen jetzigen Anruf.',
    acceptVideo: 'Mit Video annehmen',
    acceptAudio: 'Nur mit Ton annehmen',
    decline: 'Ablehnen',
    silence: 'Klingeln stummschalten',
    connecting: 'Verbindung wird aufgebaut …',
  },
  files: {
    title: 'Dateien',
    attach: 'Datei senden',
    attachToOne: (name) => `Datei nur an ${name} senden`,
    drop: 'Lege Dateien hier ab, um sie zu senden',
    alone: 'Noch ist niemand sonst da. Sende die Datei, wenn jemand dazugekommen ist.',
    tooBig: (file, most) => `„${file}“ ist zu groß. Möglich sind höchstens ${most}.`,
    acceptFile: (file) => `${file} annehmen`,
    declineFile: (file) => `${file} ablehnen`,
    cancelFile: (file) => `${file} abbrechen`,
    save: 'Speichern',
    saveFile: (file) => `${file} speichern`,
    remove: (file) => `${file} aus der Liste entfernen`,
    progress: (file) => `Fortschritt von ${file}`,
    offered: (name) => `${name} möchte dir diese Datei senden.`,
    receiving: (name) => `Wird von ${name} empfangen …`,
    received: (name) => `Von ${name} empfangen.`,
    saved: 'Gespeichert.',
    waiting: (name) => `${name} muss noch annehmen …`,
    sending: (name) => `Wird an ${name} gesendet …`,
    sent: (name) => `Bei ${name} angekommen.`,
    declined: (name) => `${name} hat abgelehnt.`,
    stopped: (name) => `${name} hat abgebrochen.`,
    gone: (name) => `${name} hat den Anruf verlassen.`,
    canceled: 'Abgebrochen.',
    failed: (name, why) => `${name} – ${why}`,
  },
  recorder: {
    record: 'Anruf aufzeichnen',
    question: 'Diesen Anruf aufzeichnen?',
    consent:
      'Alle sehen, dass du aufzeichnest. Frage sie vorher: In vielen Ländern ist es strafbar, jemanden ohne Einwilligung aufzunehmen. Die Datei entsteht in diesem Browser und wird gespeichert, wenn du die Aufzeichnung beendest.',
    start: 'Aufzeichnung starten',
    failed: 'In diesem Browser kann der Anruf nicht aufgezeichnet werden.',
  },
  connectionCheck: {
    start: 'Verbindung prüfen',
    again: 'Noch einmal prüfen',
    checking: 'Deine Verbindung wird geprüft …',
    results: 'Ergebnisse der Prüfung',
    verdicts: {
      good: 'Deine Verbindung ist bereit für Anrufe.',
      limited: 'Anrufe sollten klappen, auch wenn nicht alles in Ordnung ist.',
      risky: 'Anrufe erreichen von hier aus vielleicht nicht alle.',
      bad: 'Anrufe sind von hier aus gerade nicht möglich.',
    },
    names: {
      websocket: 'Verbindung zum Server',
      roundTrip: 'Antwortzeit',
      stun: 'Direkte Verbindungen',
      turn: 'Relay-Server',
    },
    over: (transport) => `Relay-Server über ${transport}`,
    codes: {
      OK: 'In Ordnung.',
      DEVICE_DENIED: 'Diese Seite darf es nicht benutzen. Erlaube es in der Adresszeile.',
      DEVICE_MISSING: 'Nicht gefunden. Schließe ein Gerät an und prüfe noch einmal.',
      DEVICE_BUSY: 'Lässt sich nicht öffnen. Vielleicht benutzt es ein anderes Programm.',
      INSECURE_ORIGIN: 'Browser erlauben es nur auf Seiten mit https:// und auf localhost.',
      UNSUPPORTED: 'Dieser Browser kann es nicht.',
      NOT_SIGNED_IN: 'Du bist nicht angemeldet.',
      SERVER_UNREACHABLE: 'Nicht erreichbar. Vielleicht steht eine Firewall oder ein Proxy im Weg.',
      SERVER_REFUSED: 'Der Server hat abgelehnt. Versuche es gleich noch einmal.',
      TIMED_OUT: 'Es kam keine Antwort.',
      NO_STUN: 'Dieser Server hilft dabei nicht. Vielleicht klappen sie trotzdem.',
      STUN_UNREACHABLE:
        'Dein Netz scheint sie zu sperren. Anrufe brauchen dann einen Relay-Server.',
      STUN_UNKNOWN: 'Es scheint nichts im Weg zu sein.',
      NO_TURN:
        'Dieser Server hat keinen. Personen hinter strengen Firewalls sind vielleicht nicht erreichbar.',
      TURN_NEEDS_ROOM: 'Das kann nur prüfen, wer ein Konto hat.',
      TURN_NOT_OFFERED: 'Dieser Server bietet das nicht an.',
      TURN_REFUSED:
        'Der Relay-Server lehnt ab. Wende dich an die Person, die diesen Server betreibt.',
      TURN_UNREACHABLE: 'So nicht erreichbar. Vielleicht steht eine Firewall im Weg.',
    },
  },
  connections: {
    title: 'Verbindungen',
    nobody: 'Noch ist niemand sonst da.',
    relayed: 'über ein Relay',
    direct: 'direkt',
    lost: (percent) => `${percent} % verloren`,
  },
};
