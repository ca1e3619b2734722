import { ForbiddenError, PeerNotInRoomError, RoomNotFoundError } from '../domain/errors.ts';
import type { Room } from '../domain/rooms/room.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { attempt, resultUnion } from './errors.ts';
import { ParticipantType } from './participants.ts';
import { roomConnection } from './room-connection.ts';
import { RoomAccessType } from './rooms.ts';

/** The parent of the fields under `admin`: only a request with the token gets it. */
const GRANTED = {};

async function authorize({ exchange }: Context): Promise<object> {
  if (exchange === null) throw new ForbiddenError('Admin operations are served over HTTP only.');
  await exchange.authorizeAdmin();
  return GRANTED;
}

const AdminRoom = builder.objectRef<Room>('AdminRoom').implement({
  description: 'A room as the operator of the server sees it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'As in `Room`.' }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'The name that its owner gave it.',
    }),
    owner: t.expose('owner', { type: UserType, description: 'Its owner.' }),
    capacity: t.exposeInt('capacity', {
      description: 'How many participants may be in it at once.',
    }),
    access: t.expose('access', { type: RoomAccessType, description: 'Who may join.' }),
    allowGuests: t.exposeBoolean('allowGuests', {
      description: 'Whether people without an account may join with a name.',
    }),
    participants: t.field({
      type: [ParticipantType],
      description: 'Who is in it now, by join order, whatever its access.',
      resolve: ({ id }, _args, context) => context.services.administration.participants(id),
    }),
    bannedUserIds: t.field({
      type: ['ID'],
      description: 'The users who may not enter any more.',
      resolve: ({ banned }) => banned.map(({ userId }) => userId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it ends unless somebody uses it; each use moves this time later.',
    }),
  }),
});

const AdminRoomConnection = roomConnection('AdminRoom', AdminRoom);

const AdminQuery = builder.objectRef<object>('AdminQuery').implement({
  description: 'What the operator of the server can read.',
  fields: (t) => ({
    rooms: t.field({
      type: AdminRoomConnection,
      description: 'All rooms, newest first.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: 'From 1 to 100.' }),
        after: t.arg.string({ description: 'The `endCursor` of the page before.' }),
      },
      resolve: (_admin, { first, after }, context) =>
        context.services.administration.rooms(first ?? 20, after ?? null),
    }),
    room: t.field({
      type: AdminRoom,
      nullable: true,
      description: 'A room by its id; null if there is none.',
      args: { id: t.arg.id({ required: true, description: 'The room’s id.' }) },
      resolve: (_admin, { id }, context) => context.services.administration.room(id),
    }),
  }),
});

const AdminCloseRoomInput = builder.inputType('AdminCloseRoomInput', {
  description: 'Which room ends.',
  fields: (t) => ({ roomId: t.id({ required: true, description: 'The room’s id.' }) }),
});

const AdminCloseRoomSuccess = builder
  .objectRef<{ roomId: string }>('AdminCloseRoomSuccess')
  .implement({
    description: 'The room has ended; everybody in it has left with ROOM_CLOSED.',
    fields: (t) => ({ roomId: t.exposeID('roomId', { description: 'The room that ended.' }) }),
  });

const AdminRemoveParticipantInput = builder.inputType('AdminRemoveParticipantInput', {
  description: 'Who has to leave.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room.' }),
    participantId: t.id({ required: true, description: 'The participant.' }),
    ban: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether to ban that user from the room for good.',
    }),
  }),
});

const AdminRemoveParticipantSuccess = builder
  .objectRef<{ participantId: string }>('AdminRemoveParticipantSuccess')
  .implement({
    description: 'The stay has ended with REMOVED.',
    fields: (t) => ({
      participantId: t.exposeID('participantId', { description: 'Who was removed.' }),
    }),
  });

export const AdminMutation = builder.objectRef<object>('AdminMutation').implement({
  description: 'What the operator of the server can change.',
  fields: (t) => ({
    closeRoom: t.field({
      type: resultUnion(AdminCloseRoomSuccess, [RoomNotFoundError]),
      description: 'Ends a room for good.',
      args: {
        input: t.arg({ type: AdminCloseRoomInput, required: true, description: 'The room.' }),
      },
      resolve: (_admin, { input: { roomId } }, context) =>
        attempt(async () => {
          await context.services.administration.closeRoom(roomId);
          return { roomId };
        }),
    }),
    removeParticipant: t.field({
      type: resultUnion(AdminRemoveParticipantSuccess, [RoomNotFoundError, PeerNotInRoomError]),
      description: 'Ends a stay at once, even the owner’s.',
      args: {
        input: t.arg({
          type: AdminRemoveParticipantInput,
          required: true,
          description: 'Who leaves.',
        }),
      },
      resolve: (_admin, { input: { roomId, participantId, ban } }, context) =>
        attempt(async () => {
          await context.services.administration.removeParticipant(roomId, participantId, ban);
          return { participantId };
        }),
    }),
  }),
});

const description =
  'For the operator of the server: needs the admin token in the header `X-Admin-Token`, over HTTP. Without it: FORBIDDEN.';

/** Adds the fields of this file to the schema. */
export function addAdmin(): void {
  builder.queryFields((t) => ({
    admin: t.field({
      type: AdminQuery,
      description,
      resolve: (_root, _args, context) => authorize(context),
    }),
  }));

  builder.mutationFields((t) => ({
    admin: t.field({
      type: AdminMutation,
      description,
      resolve: (_root, _args, context) => authorize(context),
    }),
  }));
}
