import type { Room, RoomAccess, VisibleRoom } from '../domain/rooms/room.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, NotOwner, RoomNotFound, resultUnion } from './errors.ts';
import { ParticipantType } from './participants.ts';
import { roomConnection } from './room-connection.ts';

export const RoomAccessType = builder.enumType('RoomAccess', {
  description: 'Who gets into a room. Its owner always does, and whom a host has banned never.',
  values: {
    OPEN: { description: 'Whoever is signed in and holds its id.' },
    KNOCK: { description: 'Whom the host lets in, one by one.' },
    LOCKED: { description: 'Nobody else.' },
  } as const satisfies Record<RoomAccess, object>,
});

export const RoomType = builder.objectRef<VisibleRoom>('Room').implement({
  description: 'A place where people meet. Who is signed in and holds its id may ask for it.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description:
        '16 lower-case hex characters, 64 random bits. Whoever holds it may ask to join.',
    }),
    name: t.exposeString('name', { nullable: true, description: 'What its maker called it.' }),
    owner: t.expose('owner', {
      type: UserType,
      description: 'Who made it, and who alone may change and close it.',
    }),
    capacity: t.exposeInt('capacity', { description: 'Participants at once.' }),
    access: t.expose('access', { type: RoomAccessType, description: 'Who gets in.' }),
    allowGuests: t.exposeBoolean('allowGuests', {
      description: 'Whether people without an account may enter with a name.',
    }),
    relayOnly: t.exposeBoolean('relayOnly', {
      description:
        'Whether clients must send media through TURN servers alone (`iceTransportPolicy: "relay"`), so that participants do not learn each other’s addresses. The SDK does; the server cannot make a client do it.',
    }),
    participants: t.field({
      type: [ParticipantType],
      description:
        'Who is in it now, by join order. Shown to those in it, and while its access is OPEN to everybody; otherwise empty.',
      resolve: (room, _args, context) =>
        context.services.signaling.participantsFor(signedIn(context), room),
    }),
    bans: t.field({
      type: [UserType],
      description:
        'Who may not enter it any more, for as long as it exists. Shown to its owner alone; otherwise empty.',
      resolve: ({ id }, _args, context) =>
        context.services.moderation.bansOf(signedIn(context), id),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it ends if nobody uses it; pushed on by use.',
    }),
  }),
});

const RoomConnection = roomConnection('Room', RoomType);

const CreateRoomInput = builder.inputType('CreateRoomInput', {
  description: 'A new room.',
  fields: (t) => ({
    name: t.string({
      description: 'At most 100 characters (code points), at least one of them visible.',
    }),
    capacity: t.int({
      description:
        'Participants at once, from 2 to 50; 8 if not given (unless the server says otherwise).',
    }),
    access: t.field({ type: RoomAccessType, description: 'Who gets in; OPEN if not given.' }),
    allowGuests: t.boolean({
      description: 'Whether people without an account may enter with a name; not if not given.',
    }),
    relayOnly: t.boolean({
      description:
        'Whether clients must send media through TURN servers alone; not if not given. Needs a TURN server.',
    }),
  }),
});

const UpdateRoomInput = builder.inputType('UpdateRoomInput', {
  description: 'What changes of a room; what is not given stays.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room’s id.' }),
    name: t.string({ description: 'At most 100 characters; null takes the name away.' }),
    capacity: t.int({
      description: 'Participants at once; nobody who is in has to leave for a smaller one.',
    }),
    access: t.field({
      type: RoomAccessType,
      description: 'Who gets in. With OPEN all who wait are let in, with LOCKED all are refused.',
    }),
    allowGuests: t.boolean({
      description: 'Whether people without an account may enter with a name.',
    }),
    relayOnly: t.boolean({
      description:
        'Whether clients must send media through TURN servers alone. Needs a TURN server.',
    }),
  }),
});

const UpdateRoomSuccess = builder.objectRef<{ room: Room }>('UpdateRoomSuccess').implement({
  description: 'The room is changed, and everybody in it is told.',
  fields: (t) => ({
    room: t.expose('room', { type: RoomType, description: 'The room as it is now.' }),
  }),
});

const CreateRoomSuccess = builder.objectRef<{ room: Room }>('CreateRoomSuccess').implement({
  description: 'The room is there. Nobody is in it yet.',
  fields: (t) => ({ room: t.expose('room', { type: RoomType, description: 'The new room.' }) }),
});

const UnbanFromRoomInput = builder.inputType('UnbanFromRoomInput', {
  description: 'Who may enter again, and where.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room’s id.' }),
    userId: t.id({ required: true, description: 'The user, as `Room.bans` names it.' }),
  }),
});

const UnbanFromRoomSuccess = builder.objectRef<{ room: Room }>('UnbanFromRoomSuccess').implement({
  description: 'The user may ask for the room again.',
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

/** Adds to the schema what this file has on rooms. */
export function addRooms(): void {
  builder.queryFields((t) => ({
    room: t.field({
      type: RoomType,
      nullable: true,
      description: 'A room by its id; null when there is none.',
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
      description: 'Makes a room that the caller owns.',
      args: { input: t.arg({ type: CreateRoomInput, required: true, description: 'The room.' }) },
      resolve: (_root, { input }, context) =>
        attempt(async () => ({
          room: await context.services.rooms.create(signedIn(context), input),
        })),
    }),
    updateRoom: t.field({
      type: resultUnion(UpdateRoomSuccess, [RoomNotFound, NotOwner]),
      description: 'Changes a room. Only its owner may, in the room or not.',
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
      type: resultUnion(UnbanFromRoomSuccess, [RoomNotFound, NotOwner]),
      description:
        'Takes a ban back, that of a host too. Nothing changes where the user is not banned. Only the owner may, in the room or not.',
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
      type: resultUnion(CloseRoomSuccess, [RoomNotFound, NotOwner]),
      description: 'Ends a room for good. Only its owner may, in the room or not.',
      args: { input: t.arg({ type: CloseRoomInput, required: true, description: 'Which room.' }) },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const room = await context.services.moderation.closeRoom(signedIn(context), input.roomId);
          return { roomId: room.id };
        }),
    }),
  }));
}
