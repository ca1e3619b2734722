import type { RoomEvent } from '../domain/signaling/event.ts';
import { builder } from './builder.ts';

export type EventOf<Type extends RoomEvent['type']> = Extract<RoomEvent, { type: Type }>;

export const RoomEventType = builder
  .interfaceRef<Pick<RoomEvent, 'cursor' | 'at'>>('RoomEvent')
  .implement({
    description: 'Something that happened in a room.',
    fields: (t) => ({
      cursor: t.exposeID('cursor', {
        description:
          'Its place in the room’s log; opaque. Cursors of one room grow: compare them as strings to drop a repeat.',
      }),
      at: t.expose('at', {
        type: 'DateTime',
        description: 'When it happened, by the server’s clock.',
      }),
    }),
    resolveType: (event) => ('type' in event ? String(event.type) : null),
  });

export function eventType<Type extends RoomEvent['type']>(type: Type) {
  return builder.objectRef<EventOf<Type>>(type);
}
