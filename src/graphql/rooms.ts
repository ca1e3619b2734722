import type { InputFieldBuilder } from '@pothos/core';
import { NotOwnerError, RoomNotFoundError } from '../domain/errors.ts';
import type { Room, RoomAccess, VisibleRoom } from '../domain/rooms/room.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';
import { ParticipantType } from './participants.ts';
import { roomConnection } from './room-connection.ts';

export const RoomAccessType = builder.enumType('RoomAccess', {
  description: 'Who may join a room. The owner always may; a banned user never may.',
  values: {
    OPEN: { description: 'Everybody who is signed in and has its id.' },
    KNOCK: { description: 'Everybody whom the host admits, one by one.' },
    LOCKED: { description: 'Nobody else may join.' },
  } as const satisfies Record<RoomAccess, object>,
});

export const RoomType = builder.objectRef<VisibleRoom>('Room').implement({
  description: 'A place where people meet. Everybody who is signed in and has its id may query it.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description:
        '16 lower-case hex characters, 64 random bits. Everybody who has it may ask to join.',
    }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'The name that its owner gave it.',
    }),
    owner: t.expose('owner', {
      type: UserType,
      description: 'Who created it. Only the owner may change and close it.',
    }),
    capacity: t.exposeInt('capacity', {
      description: 'How many participants may be in it at once.',
    }),
    access: t.expose('access', { type: RoomAccessType, description: 'Who may join.' }),
    allowGuests: t.exposeBoolean('allowGuests', {
      description: 'Whether people without an account may enter with a name.',
    }),
    relayOnly: t.exposeBoolean('relayOnly', {
      description:
        'Whether clients must send media only through TURN servers (`iceTransportPolicy: "relay"`), so that participants do not learn each other’s addresses. The SDK does so; the server cannot enforce it.',
    }),
    participants: t.field({
      type: [ParticipantType],
      description:
        'Who is in it now, by join order. Empty for a caller who is not in it, unless its access is OPEN.',
      resolve: (room, _args, context) =>
        context.services.signaling.participantsFor(signedIn(context), room),
    }),
    bans: t.field({
      type: [UserType],
      description:
        'The users who are banned for as long as the room exists. Empty for everybody but the owner.',
      resolve: ({ id }, _args, context) =>
        context.services.moderation.bansOf(signedIn(context), id),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it ends unless somebody uses it; each use moves this time later.',
    }),
  }),
});

const RoomConnection = roomConnection('Room', RoomType);

type InputFields = InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>;

/** The settings that an owner gives. */
const settings = (t: InputFields) => ({
  name: t.string({
    description:
      'At most 100 characters (code points), at least one of them visible; null removes the name.',
  }),
  capacity: t.int({
    description:
      'How many participants may be in it at once, from 2 to 50. Nobody has to leave if it becomes smaller. Default of a new room: 8, unless the server is configured otherwise.',
  }),
  access: t.field({
    type: RoomAccessType,
    description:
      'Who may join. OPEN admits everybody who waits, LOCKED refuses them. Default of a new room: OPEN.',
  }),
  allowGuests: t.boolean({
    description:
      'Whether people without an account may join with a name. Default of a new room: false.',
  }),
  relayOnly: t.boolean({
    description:
      'Whether clients must send media only through TURN servers. Needs a TURN server. Default of a new room: false.',
  }),
});

const CreateRoomInput = builder.inputType('CreateRoomInput', {
  description: 'A new room.',
  fields: settings,
});

const UpdateRoomInput = builder.inputType('UpdateRoomInput', {
  description: 'What to change in a room. A field that is not given stays as it is.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room’s id.' }),
    ...settings(t),
  }),
});

const UpdateRoomSuccess = builder.objectRef<{ room: Room }>('UpdateRoomSuccess').implement({
  description: 'The room is changed, and everybody in it is told.',
  fields: (t) => ({
    room: t.expose('room', { type: RoomType, description: 'The room as it is now.' }),
  }),
});

const CreateRoomSuccess = builder.objectRef<{ room: Room }>('CreateRoomSuccess').implement({
  description: 'The room exists. Nobody is in it yet.',
  fields: (t) => ({ room: t.expose('room', { type: RoomType, description: 'The new room.' }) }),
});

const UnbanFromRoomInput = builder.inputType('UnbanFromRoomInput', {
  description: 'Whose ban ends, and in which room.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room’s id.' }),
    userId: t.id({ required: true, description: 'The id of the user, as in `Room.bans`.' }),
  }),
});

const UnbanFromRoomSuccess = builder.objectRef<{ room: Room }>('UnbanFromRoomSuccess').implement({
  description: 'The user may join the room again.',
  fields: (t) => ({
    room: t.expose('room', { type: RoomType, description: 'The room as it is now.' }),
  }),
});

const CloseRoomInput = builder.inputType('CloseRoomInput', {
  description: 'Which room ends.',
  fields: (t) => ({ roomId: t.id({ required: true, description: 'The room’s id.' }) }),
});

const CloseRoomSuccess = builder.objectRef<{ roomId: string }>('CloseRoomSuccess').implement({
  description: 'The room has ended; everybody in it has left with ROOM_CLOSED.',
  fields: (t) => ({ roomId: t.exposeID('roomId', { description: 'The room that ended.' }) }),
});

/** Adds the fields of this file to the schema. */
export function addRooms(): void {
  builder.queryFields((t) => ({
    room: t.field({
      type: RoomType,
      nullable: true,
      description: 'A room by its id; null if there is none.',
      args: { id: t.arg.id({ required: true, description: 'The room’s id.' }) },
      resolve: (_root, { id }, context) => context.services.rooms.lookUp(signedIn(context), id),
    }),
    rooms: t.field({
      type: RoomConnection,
      description: 'The rooms that the caller owns, newest first.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: 'From 1 to 100.' }),
        after: t.arg.string({ description: 'The `endCursor` of the page before.' }),
      },
      resolve: (_root, { first, after }, context) =>
        context.services.rooms.listOwned(signedIn(context), first ?? 20, after ?? null),
    }),
  }));

  builder.mutationFields((t) => ({
    createRoom: t.field({
      type: resultUnion(CreateRoomSuccess, []),
      description: 'Creates a room that the caller owns.',
      args: { input: t.arg({ type: CreateRoomInput, required: true, description: 'The room.' }) },
      resolve: (_root, { input }, context) =>
        attempt(async () => ({
          room: await context.services.rooms.create(signedIn(context), input),
        })),
    }),
    updateRoom: t.field({
      type: resultUnion(UpdateRoomSuccess, [RoomNotFoundError, NotOwnerError]),
      description: 'Changes a room. Only its owner may do this, in the room or not.',
      args: {
        input: t.arg({ type: UpdateRoomInput, required: true, description: 'What changes.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const { roomId, ...settings } = input;
          const { moderation } = context.services;
          return { room: await moderation.updateRoom(signedIn(context), roomId, settings) };
        }),
    }),
    unbanFromRoom: t.field({
      type: resultUnion(UnbanFromRoomSuccess, [RoomNotFoundError, NotOwnerError]),
      description:
        'Ends a ban, also one by another host. Nothing changes if the user is not banned. Only the owner may do this, in the room or not.',
      args: {
        input: t.arg({ type: UnbanFromRoomInput, required: true, description: 'Who, and where.' }),
      },
      resolve: (_root, { input: { roomId, userId } }, context) =>
        attempt(async () => {
          const { moderation } = context.services;
          return { room: await moderation.unban(signedIn(context), roomId, userId) };
        }),
    }),
    closeRoom: t.field({
      type: resultUnion(CloseRoomSuccess, [RoomNotFoundError, NotOwnerError]),
      description: 'Ends a room for good. Only its owner may do this, in the room or not.',
      args: { input: t.arg({ type: CloseRoomInput, required: true, description: 'Which room.' }) },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const room = await context.services.moderation.closeRoom(signedIn(context), input.roomId);
          return { roomId: room.id };
        }),
    }),
  }));
}
