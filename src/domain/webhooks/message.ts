import { legOf } from '../call/call.ts';
import { newId } from '../identifier.ts';
import type { RoomActivity } from '../room/live-rooms.ts';
import type { Activity, CallActivity } from './activity.ts';
import type { Delivery } from './ports.ts';

/**
 * The order of messages that share one entry of the log: a room starts before its first participant joins, and ends
 * after its last one has left.
 */
const RANK = { 'room.started': 0, 'participant.joined': 1, 'participant.left': 2, 'room.ended': 3 };

/** The same for one revision of a call. */
const CALL_RANK = { 'call.ringing': 0, 'call.answered': 1, 'call.missed': 2, 'call.ended': 3 };
const REVISION_WIDTH = 10;

/** One message for each receiver. */
export function messagesOf(activity: Activity, urls: readonly string[]): Delivery[] {
  const { type, at } = activity;
  const id = `msg_${newId()}${newId()}`;
  const { order, place, data } = 'call' in activity ? ofCall(activity) : ofRoom(activity);
  const timestamp = new Date(at).toISOString();
  const body = JSON.stringify({ type, timestamp, data });
  return urls.map((url) => ({ id, url, roomId: order, place, body, createdAt: at, attempts: 0 }));
}

function ofRoom(activity: RoomActivity) {
  const { roomId, cursor, type } = activity;
  const place = `${cursor}-${RANK[type]}`;
  return { order: roomId, place, data: { roomId, ...about(activity) } };
}

/** The messages of one call have an order of their own. */
function ofCall(activity: CallActivity) {
  const { call, type } = activity;
  const { id, revision, room, caller, media, expiresAt } = call;
  const place = `${String(revision).padStart(REVISION_WIDTH, '0')}-${CALL_RANK[type]}`;
  const data = { callId: id, roomId: room.id, media, caller };
  if (activity.type === 'call.ended') {
    return { order: id, place, data: { ...data, reason: call.reason } };
  }
  const user = legOf(call, activity.userId)?.user;
  const until = type === 'call.ringing' && { expiresAt: new Date(expiresAt).toISOString() };
  return { order: id, place, data: { ...data, user, ...until } };
}

/** The same body, with an empty name for that user if the user is in it. */
export function withoutName(body: string, userId: string): string {
  return JSON.stringify(JSON.parse(body), (key, value: unknown) =>
    (key === 'user' || key === 'caller') && isUser(value, userId) ? { ...value, name: '' } : value,
  );
}

function isUser(value: unknown, userId: string): value is object {
  return typeof value === 'object' && value !== null && 'id' in value && value.id === userId;
}

function about(activity: RoomActivity): object {
  if (activity.type !== 'participant.joined' && activity.type !== 'participant.left') return {};
  const { id, user, role, joinedAt } = activity.participant;
  return {
    participant: { id, user, role, joinedAt: new Date(joinedAt).toISOString() },
    ...(activity.type === 'participant.left' && { reason: activity.reason }),
  };
}
