/** What is checked. */
export type ConnectionCheckName =
  | 'microphone'
  | 'camera'
  | 'websocket'
  | 'roundTrip'
  | 'stun'
  | 'turn';

/** Why a check ended as it did. Stable: texts of your own can be chosen by it. */
export type ConnectionCheckCode = keyof typeof MESSAGES;

/** One thing that was checked. */
export interface ConnectionCheck {
  readonly check: ConnectionCheckName;
  /** `skipped` when there was nothing to check, or when it cannot be known. */
  readonly outcome: 'ok' | 'failed' | 'skipped';
  /** The STUN or TURN server; null for anything else. */
  readonly url: string | null;
  /** How a TURN server is reached; null for anything else. */
  readonly transport: 'udp' | 'tcp' | 'tls' | null;
  /** How long it took, in milliseconds; null when it was skipped. */
  readonly ms: number | null;
  readonly code: ConnectionCheckCode;
  /** The reason in English, for users. */
  readonly message: string;
}

export interface ConnectionReport {
  /** Whether nothing failed. A call may work although something did: one way through is enough. */
  readonly ok: boolean;
  /** In the order of the names above; TURN servers by UDP, TCP and TLS. */
  readonly checks: readonly ConnectionCheck[];
}

export interface CheckConnectionOptions {
  /** Which devices to open; the browser may ask the user. Default: both. */
  readonly devices?: { readonly audio?: boolean; readonly video?: boolean };
  /**
   * A room that the account is in, whose TURN servers are checked. Default: a room that is made for the check and closed
   * after it.
   */
  readonly roomId?: string;
  /** How long each check may take, in milliseconds, not counting the devices, which may wait for the user. Default 10,000. */
  readonly timeoutMs?: number;
  /** Stops the check, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with each check as soon as it is done. */
  readonly onCheck?: (check: ConnectionCheck) => void;
}

const MESSAGES = {
  OK: 'It works.',
  NOT_ASKED: 'It was not to be checked.',
  DEVICE_DENIED:
    'The browser does not let this page use it. Allow it beside the address, or in the settings of the system.',
  DEVICE_MISSING: 'There is none.',
  DEVICE_BUSY: 'It cannot be opened. Another program may be using it.',
  INSECURE_ORIGIN: 'Browsers give devices only to pages of https: and of localhost.',
  UNSUPPORTED: 'This browser cannot do it.',
  NOT_SIGNED_IN: 'Nobody is signed in.',
  SERVER_UNREACHABLE: 'The server cannot be reached. A firewall or a proxy may block WebSockets.',
  SERVER_REFUSED: 'The server has refused it.',
  TIMED_OUT: 'There was no answer in time.',
  NOT_CHECKED: 'It could not be checked, because something before it failed.',
  NO_STUN: 'The server names no STUN server.',
  STUN_UNREACHABLE: 'The STUN server does not answer. A firewall may block UDP.',
  STUN_UNKNOWN:
    'It cannot be told: either no router translates addresses here, or this browser reports no failures.',
  NO_TURN: 'The server names no TURN server: people behind strict firewalls cannot be reached.',
  TURN_NEEDS_ROOM: 'TURN servers are named only to people who are in a room.',
  TURN_NOT_OFFERED: 'The server names no TURN server that is reached in this way.',
  TURN_REFUSED: 'The TURN server refuses the credentials. Its secret is not the one of the server.',
  TURN_UNREACHABLE: 'The TURN server does not answer in this way. A firewall may block it.',
} as const;

/** What a check has found, before it is put into words. */
export interface Finding {
  readonly outcome: ConnectionCheck['outcome'];
  readonly code: ConnectionCheckCode;
}

export const works: Finding = { outcome: 'ok', code: 'OK' };

export function fails(code: ConnectionCheckCode): Finding {
  return { outcome: 'failed', code };
}

export function skips(code: ConnectionCheckCode): Finding {
  return { outcome: 'skipped', code };
}

export function messageOf(code: ConnectionCheckCode): string {
  return MESSAGES[code];
}
