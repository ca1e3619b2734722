import { isJoinError, JOIN_ERRORS, type JoinError } from '../domain/errors.ts';
import { Mailbox } from '../domain/mailbox.ts';
import type { IceCandidate } from '../domain/room/entry.ts';
import type { RoomEvent } from '../domain/signaling/event.ts';
import { joinRefused } from '../domain/signaling/joining.ts';
import { builder } from './builder.ts';
import { MessageReceived } from './chat.ts';
import { signedIn } from './context.ts';
import { asFailure, errorTypes } from './errors.ts';
import { IceServersType } from './ice-servers.ts';
import { MediaStateInput, readMedia } from './media.ts';
import { ParticipantType } from './participants.ts';
import { eventType, RoomEventType } from './room-event.ts';
import { RoomType } from './rooms.ts';

const JoinErrorType = builder.unionType('JoinError', {
  description: 'Why a join was refused.',
  types: errorTypes(JOIN_ERRORS),
  resolveType: ({ typeName }) => typeName,
});

// One enum for both, so that `reason` of both events can be selected side by side without an alias.
const EndReason = builder.enumType('EndReason', {
  description: 'Why a stay or a room ended.',
  values: {
    LEFT: { description: 'It left: unsubscribed, closed the tab, or called `leaveRoom`.' },
    DISCONNECTED: { description: 'Its connection was lost and did not come back in time.' },
    REMOVED: { description: 'The host removed it.' },
    REPLACED: { description: 'The same user took the place over from another client.' },
    SIGNED_OUT: { description: 'Its session ended.' },
    ROOM_CLOSED: { description: 'The room ended, and with it every stay in it.' },
    CLOSED_BY_OWNER: { description: 'The owner closed the room, or whoever runs the server did.' },
    EXPIRED: { description: 'Nobody used the room for too long.' },
  } as const,
});

const IceCandidateType = builder.objectRef<IceCandidate>('IceCandidate').implement({
  description: 'The fields of `RTCIceCandidateInit`; an empty `candidate` means end of candidates.',
  fields: (t) => ({
    candidate: t.exposeString('candidate', { description: 'The candidate-attribute (RFC 8839).' }),
    sdpMid: t.exposeString('sdpMid', { nullable: true, description: 'Media stream id tag.' }),
    sdpMLineIndex: t.exposeInt('sdpMLineIndex', {
      nullable: true,
      description: 'Index of the media description.',
    }),
    usernameFragment: t.exposeString('usernameFragment', {
      nullable: true,
      description: 'The ICE user name fragment.',
    }),
  }),
});

/**
 * What a subscription to a room resolves to. graphql-js takes nothing but an async iterable for the source of events,
 * and does not read this one: a transport attaches to the mailbox.
 */
export class RoomEventSource implements AsyncIterable<RoomEvent> {
  readonly mailbox: Mailbox<RoomEvent>;

  constructor(mailbox: Mailbox<RoomEvent>) {
    this.mailbox = mailbox;
  }

  [Symbol.asyncIterator](): AsyncIterator<RoomEvent> {
    throw new Error('Room events are not iterated: attach to the mailbox.');
  }
}

/** What a join that was refused yields. */
class RefusedJoin extends RoomEventSource {
  /** As every {@link Failure} has it: what was answered, for whoever counts answers. */
  readonly typeName: string;

  constructor(error: JoinError) {
    super(new Mailbox(1));
    this.typeName = asFailure(error).typeName;
    this.mailbox.open([joinRefused(error, Date.now())]);
    this.mailbox.end();
  }
}

/** Adds to the schema what this file has on room events. */
export function addRoomEvents(): void {
  eventType('RoomSnapshot', 'by reader').implement({
    description:
      'All there is to know of the room, as of now. The first event of a subscription, or where the caller had to knock the one after `KnockAnswered`.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      room: t.expose('room', { type: RoomType, description: 'The room.' }),
      self: t.expose('self', { type: ParticipantType, description: 'The caller’s own stay.' }),
      participants: t.expose('participants', {
        type: [ParticipantType],
        description: 'Everybody else, by join order.',
      }),
      iceServers: t.expose('iceServers', {
        type: IceServersType,
        description: 'What to give to `RTCPeerConnection`.',
      }),
      messages: t.field({
        type: [MessageReceived],
        description:
          'What was said to all before, oldest first. Empty where `recovered`, unless the client is not known to have had it: what it missed since follows as events.',
        resolve: ({ messages }) =>
          messages.map((message) => ({ ...message, private: false, history: true })),
      }),
      recovered: t.exposeBoolean('recovered', {
        description:
          'Whether a stay goes on and every event it missed follows. False on a first join, and where a resume could not be served: then what was known of the room is void.',
      }),
    }),
  });

  eventType('ParticipantJoined', 'same for all').implement({
    description: 'Somebody else joined.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      participant: t.expose('participant', { type: ParticipantType, description: 'Who joined.' }),
    }),
  });

  eventType('ParticipantUpdated', 'same for all').implement({
    description: 'A participant’s media, hand, role or connection changed.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      participant: t.expose('participant', {
        type: ParticipantType,
        description: 'The participant as it is now.',
      }),
    }),
  });

  eventType('ParticipantLeft', 'same for all').implement({
    description:
      'A stay ended. Exactly once for a stay; one’s own, where the server ended it, comes last of all.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      participant: t.expose('participant', {
        type: ParticipantType,
        description: 'The participant as it was.',
      }),
      reason: t.expose('reason', { type: EndReason, description: 'Why it ended.' }),
    }),
  });

  for (const [type, what] of [
    ['OfferReceived', 'offer'],
    ['AnswerReceived', 'answer'],
  ] as const) {
    eventType(type, 'by reader').implement({
      description: `An SDP ${what} for the caller (RFC 8829).`,
      interfaces: [RoomEventType],
      fields: (t) => ({
        from: t.exposeID('from', { description: 'The participant who sent it.' }),
        sdp: t.exposeString('sdp', { description: `The ${what}, as it was sent.` }),
      }),
    });
  }

  eventType('IceCandidatesReceived', 'by reader').implement({
    description: 'ICE candidates for the caller.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      from: t.exposeID('from', { description: 'The participant who sent them.' }),
      candidates: t.expose('candidates', {
        type: [IceCandidateType],
        description: 'In the order they were sent.',
      }),
    }),
  });

  eventType('IceServersRefreshed', 'by reader').implement({
    description:
      'Newer STUN and TURN credentials, before those in hand end. Not of the room’s log: its cursor is that of the event before it, so take it without looking for a repeat.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      iceServers: t.expose('iceServers', {
        type: IceServersType,
        description: 'What to give to `RTCPeerConnection.setConfiguration`.',
      }),
    }),
  });

  eventType('RoomUpdated', 'by reader').implement({
    description: 'The room’s owner changed its settings.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      room: t.expose('room', { type: RoomType, description: 'The room as it is now.' }),
    }),
  });

  eventType('RoomClosed', 'same for all').implement({
    description: 'The room ended. The last event.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      reason: t.expose('reason', { type: EndReason, description: 'Why it ended.' }),
    }),
  });

  eventType('JoinRefused', 'by reader').implement({
    description:
      'The join was refused. The last event, and the first unless the caller had to knock; the subscription completes after it.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      error: t.field({
        type: JoinErrorType,
        description: 'Why.',
        resolve: (event) => asFailure(event.error),
      }),
    }),
  });

  builder.subscriptionField('roomEvents', (t) =>
    t.field({
      type: RoomEventType,
      description:
        'Being in a room: the caller joins when it starts and leaves when it completes. A refusal is data (`JoinRefused`), never an error. If the host has to admit the caller, it waits (`KnockPending`).',
      args: {
        roomId: t.arg.id({ required: true, description: 'The room’s id.' }),
        clientKey: t.arg.id({
          description:
            'Identifies this client after a reconnect, at most 128 characters. Without it the stay ends with its socket.',
        }),
        after: t.arg.id({
          description: 'The last cursor that was received. Every event after it is sent once.',
        }),
        takeOver: t.arg.boolean({
          defaultValue: false,
          description:
            'Whether to end another stay of the same user in this room; otherwise the join is refused.',
        }),
        media: t.arg({
          type: MediaStateInput,
          description: 'What the caller sends from the start.',
        }),
      },
      subscribe: async (_root, args, context) => {
        const caller = signedIn(context);
        try {
          const request = {
            roomId: args.roomId,
            clientKey: args.clientKey ?? null,
            after: args.after ?? null,
            takeOver: args.takeOver ?? false,
            media: args.media ? readMedia(args.media) : null,
          };
          const { joining } = context.services;
          const mailbox = await joining.join(caller, request, context.client);
          return new RoomEventSource(mailbox);
        } catch (error) {
          if (!isJoinError(error)) throw error;
          return new RefusedJoin(error);
        }
      },
      resolve: (event) => event,
    }),
  );
}
