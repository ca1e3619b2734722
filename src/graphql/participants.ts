import type { MediaState, Participant } from '../domain/room/participant.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';

const ParticipantRole = builder.enumType('ParticipantRole', {
  description: 'What a participant may do.',
  values: {
    HOST: {
      description:
        'Moderates now: admits, removes, asks to mute. Exactly one participant is host: the owner while in the room; otherwise somebody whose session grants HOST; otherwise, as a rule, the account that joined first.',
    },
    MEMBER: { description: 'Everybody else.' },
  } as const,
});

const ConnectionState = builder.enumType('ConnectionState', {
  description: 'Whether a participant can be reached right now.',
  values: {
    CONNECTED: { description: 'Its subscription is open.' },
    RECONNECTING: {
      description:
        'Its connection was lost. Signals to it are kept; after the grace (30 s by default) it leaves.',
    },
  } as const,
});

const MediaStateType = builder.objectRef<MediaState>('MediaState').implement({
  description: 'What a participant says that it sends. The server cannot check it.',
  fields: (t) => ({
    audio: t.exposeBoolean('audio', { description: 'Whether its microphone is on.' }),
    video: t.exposeBoolean('video', { description: 'Whether its camera is on.' }),
    screen: t.exposeBoolean('screen', { description: 'Whether it shows its screen.' }),
  }),
});

export const ParticipantType = builder.objectRef<Participant>('Participant').implement({
  description: 'A user’s stay in a room. A new join is a new participant.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Identifies this stay; signals are addressed to it.' }),
    user: t.expose('user', { type: UserType, description: 'Whose stay it is.' }),
    role: t.expose('role', { type: ParticipantRole, description: 'What it may do.' }),
    joinOrder: t.exposeInt('joinOrder', {
      description:
        'Grows with each join. Of two peers, the higher is the polite one (perfect negotiation) and sends the first offer.',
    }),
    media: t.expose('media', { type: MediaStateType, description: 'What it sends.' }),
    handRaised: t.exposeBoolean('handRaised', { description: 'Whether it asks to speak.' }),
    handRaisedAt: t.expose('handRaisedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it began to ask to speak; the earliest comes first. Null while it does not ask.',
    }),
    connection: t.expose('connection', {
      type: ConnectionState,
      description: 'Whether it can be reached right now.',
    }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When this stay began.' }),
  }),
});

/** The success of a mutation that changes the caller's own stay. */
export function changedStay(name: string) {
  return builder.objectRef<{ participant: Participant }>(name).implement({
    description: 'Everybody in the room is told.',
    fields: (t) => ({
      participant: t.expose('participant', {
        type: ParticipantType,
        description: 'The caller’s own stay as it is now.',
      }),
    }),
  });
}
