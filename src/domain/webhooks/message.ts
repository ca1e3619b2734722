import { newId } from '../identifier.ts';
import type { RoomActivity } from '../room/live-rooms.ts';
import type { Delivery } from './ports.ts';

/**
 * The order of messages that share one entry of the log: a room starts before its first participant joins, and ends
 * after its last one has left.
 */
const RANK = { 'room.started': 0, 'participant.joined': 1, 'participant.left': 2, 'room.ended': 3 };

/** One message for each receiver. */
export function messagesOf(activity: RoomActivity, urls: readonly string[]): Delivery[] {
  const { roomId, at, cursor } = activity;
  const id = `msg_${newId()}${newId()}`;
  const place = `${cursor}-${RANK[activity.type]}`;
  const body = JSON.stringify({
    type: activity.type,
    timestamp: new Date(at).toISOString(),
    data: { roomId, ...about(activity) },
  });
  return urls.map((url) => ({ id, url, roomId, place, body, createdAt: at, attempts: 0 }));
}

/** The same body, with an empty name for that user if the user is in it. */
export function withoutName(body: string, userId: string): string {
  return JSON.stringify(JSON.parse(body), (key, value: unknown) =>
    key === 'user' && isUser(value, userId) ? { ...value, name: '' } : value,
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
