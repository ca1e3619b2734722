import { whenReady } from '../domain/eventual.ts';
import type { VisibleRoom } from '../domain/rooms/room.ts';
import { builder } from './builder.ts';
import { RoomAccessType } from './rooms.ts';

interface Invitation {
  readonly room: VisibleRoom;
  readonly occupied: boolean;
}

const InvitationType = builder.objectRef<Invitation>('Invitation').implement({
  description: 'What a room’s link shows before signing in.',
  fields: (t) => ({
    roomName: t.string({
      nullable: true,
      description: 'The name that its owner gave the room.',
      resolve: ({ room }) => room.name,
    }),
    access: t.field({
      type: RoomAccessType,
      description: 'Who may join.',
      resolve: ({ room }) => room.access,
    }),
    allowGuests: t.boolean({
      description: 'Whether people without an account may join with a name.',
      resolve: ({ room }) => room.allowGuests,
    }),
    occupied: t.exposeBoolean('occupied', { description: 'Whether anybody is in the room now.' }),
  }),
});

/** Adds the fields of this file to the schema. */
export function addInvitation(): void {
  builder.queryField('invitation', (t) =>
    t.field({
      type: InvitationType,
      nullable: true,
      description:
        'What a room shows before signing in, by its id; null if there is none. A client that asks for many rooms that do not exist has to wait (`RATE_LIMITED`).',
      args: { roomId: t.arg.id({ required: true, description: 'The room’s id, from its link.' }) },
      resolve: async (_root, { roomId }, { services, address }) => {
        const room = await services.rooms.lookUpFrom(address, roomId);
        if (room === null) return null;
        return whenReady(services.signaling.isOccupied(roomId), (occupied) => ({ room, occupied }));
      },
    }),
  );
}
