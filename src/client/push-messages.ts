import type { CallMedia, LegState } from './generated/graphql.ts';

/** What the server sends, see docs/push.md. */
export interface CallMessage {
  readonly type: 'call.ringing' | 'call.ended';
  readonly callId: string;
  readonly caller: string;
  readonly media: CallMedia;
  /** What became of the ring at the user. */
  readonly state: LegState | null;
  /** By which a worker asks about the call, and declines it; missing once it has ended. */
  readonly token?: string;
}

/** The data of a notification. */
export interface NotificationData {
  readonly type: 'peerql.ringing' | 'peerql.ended';
  readonly callId: string;
  readonly token: string | null;
}

/** The user has pressed a notification: the worker asks a page that is open whether it takes that over. */
export interface OpenedMessage {
  readonly type: 'peerql.opened';
  readonly callId: string;
  readonly accept: boolean;
}

/** A call rings: the worker asks a page that the user sees whether it rings there already. */
export interface RingsMessage {
  readonly type: 'peerql.rings';
  readonly callId: string;
}

/** The browser has another subscription, which the worker cannot give to the server. */
export interface RenewedMessage {
  readonly type: 'peerql.renewed';
}

/** A push message of this server; null for one of somebody else. */
export function readCallMessage(data: unknown): CallMessage | null {
  return hasType(data, 'call.ringing', 'call.ended') ? (data as CallMessage) : null;
}

export function isNotificationData(data: unknown): data is NotificationData {
  return hasType(data, 'peerql.ringing', 'peerql.ended');
}

export function isOpenedMessage(data: unknown): data is OpenedMessage {
  return hasType(data, 'peerql.opened');
}

export function isRingsMessage(data: unknown): data is RingsMessage {
  return hasType(data, 'peerql.rings');
}

export function isRenewedMessage(data: unknown): data is RenewedMessage {
  return hasType(data, 'peerql.renewed');
}

/** The address of the page that a notification opens. */
export function addressOf(page: string, { callId, accept }: Omit<OpenedMessage, 'type'>): string {
  const url = new URL(page);
  url.searchParams.set('call', callId);
  if (accept) url.searchParams.set('accept', '');
  return url.href;
}

function hasType(data: unknown, ...types: readonly string[]): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    types.some((type) => type === data.type)
  );
}
