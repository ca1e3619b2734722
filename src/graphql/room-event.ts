import type { RoomEvent, StreamedEvent } from '../domain/signaling/event.ts';
import { builder } from './builder.ts';

export type EventOf<Type extends RoomEvent['type']> = Extract<RoomEvent, { type: Type }>;

export const RoomEventType = builder
  .interfaceRef<Pick<RoomEvent, 'cursor' | 'at'>>('RoomEvent')
  .implement({
    description: 'Something that happened in a room.',
    fields: (t) => ({
      cursor: t.exposeID('cursor', {
        description:
          'Its place in the room’s log; opaque. Cursors of one room grow: compare them as strings to ignore repeats.',
      }),
      at: t.expose('at', {
        type: 'DateTime',
        description: 'When it happened, by the server’s clock.',
      }),
    }),
    resolveType: (event) => ('type' in event ? String(event.type) : null),
  });

const sameForAll = new Set<string>();

/**
 * Declares the type of an event.
 *
 * @param readers `same for all`: everybody in the room gets it, and no field depends on who reads it, so that it may be
 *   written once for all of them
 */
export function eventType<Type extends RoomEvent['type'], Shape = EventOf<Type>>(
  type: Type,
  readers: 'same for all' | 'by reader',
) {
  if (readers === 'same for all') sameForAll.add(type);
  return builder.objectRef<Shape>(type);
}

/** Whether everybody who gets this event gets the same content. */
export function isSameForAll(event: StreamedEvent): boolean {
  return 'to' in event && event.to === null && sameForAll.has(event.type);
}
