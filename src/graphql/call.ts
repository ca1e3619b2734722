import type {
  Call,
  CallEndReason,
  CallLeg,
  CallMedia,
  CallRoom,
  CallState,
  LegState,
} from '../domain/call/call.ts';
import type { VisibleRoom } from '../domain/rooms/room.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { RoomType } from './rooms.ts';

export const CallMediaType = builder.enumType('CallMedia', {
  description: 'What a call begins with. Everybody may switch the camera on and off later.',
  values: {
    AUDIO: { description: 'Sound alone.' },
    VIDEO: { description: 'Sound and pictures.' },
  } as const satisfies Record<CallMedia, object>,
});

const CallStateType = builder.enumType('CallState', {
  description: 'How far a call is.',
  values: {
    RINGING: { description: 'Nobody has answered yet.' },
    ACTIVE: { description: 'Somebody has accepted it.' },
    ENDED: { description: 'It is over; `reason` says why.' },
  } as const satisfies Record<CallState, object>,
});

export const CallEndReasonType = builder.enumType('CallEndReason', {
  description: 'Why a call ended. Everybody in it is told the same.',
  values: {
    CANCELLED: { description: 'The caller stopped before there was an answer.' },
    DECLINED: { description: 'Everybody who was called has declined.' },
    BUSY: { description: 'Everybody who was called was in another call.' },
    UNREACHABLE: { description: 'Nobody who was called had a device that could ring.' },
    MISSED: { description: 'Nobody answered in time.' },
    MERGED: {
      description: 'The people rang each other at the same time: it goes on as the other call.',
    },
    HUNG_UP: { description: 'One of the two people of the call hung up.' },
    ABANDONED: { description: 'Nobody was in the room of the call any more.' },
  } as const satisfies Record<CallEndReason, object>,
});

export const LegStateType = builder.enumType('LegState', {
  description: 'What became of the ring at one person.',
  values: {
    RINGING: { description: 'The devices of the person ring, or a push message is under way.' },
    ACCEPTED: { description: 'The person has accepted the call.' },
    DECLINED: { description: 'The person has declined the call.' },
    BUSY: { description: 'The person was in another call.' },
    MISSED: { description: 'The person did not answer in time.' },
    CANCELLED: { description: 'The caller stopped before this person answered.' },
    UNREACHABLE: { description: 'The person had no device that could ring.' },
  } as const satisfies Record<LegState, object>,
});

/** The rooms of calls as they are shown: a call tells its people of the same room again and again. */
const shownRooms = new WeakMap<CallRoom, VisibleRoom>();

function roomOf({ room }: Call): VisibleRoom {
  const shown = shownRooms.get(room);
  if (shown !== undefined) return shown;
  const { createdAt, expiresAt } = room;
  const made = {
    ...room,
    revision: 0,
    createdAt: new Date(createdAt),
    expiresAt: new Date(expiresAt),
  };
  shownRooms.set(room, made);
  return made;
}

function legsOf({ legs }: Call): CallLeg[] {
  return [...legs];
}

const CallLegType = builder.objectRef<CallLeg>('CallLeg').implement({
  description: 'One of the people who are called.',
  fields: (t) => ({
    user: t.expose('user', {
      type: UserType,
      description: 'Who is called. The name is empty if the account does not exist any more.',
    }),
    state: t.expose('state', { type: LegStateType, description: 'What became of the ring.' }),
    at: t.expose('at', { type: 'DateTime', description: 'Since when.' }),
  }),
});

export const CallType = builder.objectRef<Call>('Call').implement({
  description: 'A call of one person to others. Only its people see it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Identifies the call.' }),
    room: t.field({
      type: RoomType,
      description:
        'The room of the call, with the settings that it had when the call began. Afterwards it may have changed or ended: query `room` for its present state.',
      resolve: roomOf,
      extensions: { derive: roomOf },
    }),
    caller: t.expose('caller', {
      type: UserType,
      description: 'Who calls. The name is empty if the account does not exist any more.',
    }),
    media: t.expose('media', { type: CallMediaType, description: 'What the call begins with.' }),
    state: t.expose('state', { type: CallStateType, description: 'How far the call is.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the caller called.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it stops ringing, by the clock of the server.',
    }),
    answeredAt: t.expose('answeredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first person accepted; null: nobody has.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null: it goes on.',
    }),
    reason: t.expose('reason', {
      type: CallEndReasonType,
      nullable: true,
      description: 'Why it ended; null: it goes on.',
    }),
    legs: t.field({
      type: [CallLegType],
      description:
        'One for each person who is called, in the order in which the caller named them.',
      resolve: legsOf,
      extensions: { derive: legsOf },
    }),
  }),
});
