import type { ObjectRef } from '@pothos/core';
import { pageCursor } from '../domain/rooms/pages.ts';
import type { RoomPage } from '../domain/rooms/ports.ts';
import type { Room, VisibleRoom } from '../domain/rooms/room.ts';
import { builder } from './builder.ts';
import { PageInfo } from './page-info.ts';

/** The type of a page of rooms, newest first, each of the type `node` (Relay Cursor Connections). */
export function roomConnection(
  name: string,
  node:
    | ObjectRef<typeof builder.$inferSchemaTypes, VisibleRoom>
    | ObjectRef<typeof builder.$inferSchemaTypes, Room>,
) {
  const edge = builder.objectRef<Room>(`${name}Edge`).implement({
    description: 'A room in a connection.',
    fields: (t) => ({
      cursor: t.string({ description: 'Its place in the connection.', resolve: pageCursor }),
      node: t.field({ type: node, description: 'The room.', resolve: (room) => room }),
    }),
  });
  return builder.objectRef<RoomPage>(`${name}Connection`).implement({
    description: 'A page of rooms (Relay Cursor Connections).',
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The rooms of this page, newest first.',
        resolve: ({ rooms }) => rooms,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'The place of this page.',
        resolve: ({ rooms, hasNextPage }) => {
          const last = rooms.at(-1);
          return { hasNextPage, endCursor: last === undefined ? null : pageCursor(last) };
        },
      }),
    }),
  });
}
