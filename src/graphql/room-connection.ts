import type { ObjectRef } from '@pothos/core';
import { pageCursor } from '../domain/rooms/pages.ts';
import type { RoomPage } from '../domain/rooms/ports.ts';
import type { Room, VisibleRoom } from '../domain/rooms/room.ts';
import { builder } from './builder.ts';

const PageInfo = builder
  .objectRef<{ hasNextPage: boolean; endCursor: string | null }>('PageInfo')
  .implement({
    description: 'The place of a page in a connection (Relay Cursor Connections).',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether more follow.' }),
      hasPreviousPage: t.boolean({
        description: 'Always false: this connection is read forwards.',
        resolve: () => false,
      }),
      startCursor: t.string({
        nullable: true,
        description: 'Always null: this connection is read forwards.',
        resolve: () => null,
      }),
      endCursor: t.exposeString('endCursor', {
        nullable: true,
        description: 'Give it as `after` for the next page; null on an empty page.',
      }),
    }),
  });

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
