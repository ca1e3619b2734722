import { isJoinError, JOIN_ERRORS, type JoinError } from '../domain/errors.ts';
import { Mailbox } from '../domain/mailbox.ts';
import type { IceCandidate } from '../domain/room/entry.ts';
import type { RoomEvent } from '../domain/signaling/event.ts';
import { joinRefused } from '../domain/signaling/joining.ts';
import { AccountEventType } from './account-event.ts';
import { builder } from './builder.ts';
import { MessageReceived } from './chat.ts';
import { signedIn } from './context.ts';
import { asFailure, errorTypes } from './errors.ts';
import { IceServersType } from './ice-servers.ts';
import { MailboxSource } from './mailbox-source.ts';
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
    CLOSED_BY_OWNER: { description: 'The owner or the operator of the server closed the room.' },
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

/** The source of a refused join: one event. */
class RefusedJoin extends MailboxSource<RoomEvent> {
  /** As in every {@link Failure}, so that the metrics can count the answer. */
  readonly typeName: string;

  constructor(error: JoinError) {
    super(new Mailbox(1));
    this.typeName = asFailure(error).typeName;
    this.mailbox.open([joinRefused(error, Date.now())]);
    this.mailbox.end();
  }
}

/** Adds the fields of this file to the schema. */
export function addRoomEvents(): void {
  eventType('RoomSnapshot', 'by reader').implement({
    description:
      'The whole state of the room as it is now. It is the first event of a subscription, or the one after `KnockAnswered` if the caller had to knock.',
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
          'Earlier messages to all, oldest first. Empty if `recovered`, unless the server does not know that the client received them. Messages that it missed follow as events.',
        resolve: ({ messages }) =>
          messages.map((message) => ({ ...message, private: false, history: true })),
      }),
      recovered: t.exposeBoolean('recovered', {
        description:
          'Whether the stay continues and every missed event follows. False on a first join, and if a resume was not possible: then the client must forget its former state of the room.',
      }),
      offeredTo: t.exposeID('offeredTo', {
        nullable: true,
        description:
          'The participant to whom the `offer` of the join went: it has `OfferReceived`, and its answer follows as an event. Null: the offer went to nobody.',
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
    description: 'A participant’s name, media, hand, role or connection changed.',
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
      'A stay ended. It comes exactly once for each stay. If the server ended the caller’s own stay, it is the last event.',
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
      'New STUN and TURN credentials, before the present ones expire. It is not in the room’s log and has the cursor of the event before it, so do not ignore it as a repeat.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      iceServers: t.expose('iceServers', {
        type: IceServersType,
        description: 'What to give to `RTCPeerConnection.setConfiguration`.',
      }),
    }),
  });

  eventType('SessionExpiring', 'by reader').implement({
    description:
      'The caller’s session ends soon: send another token with `reauthenticate` over this socket; otherwise the socket closes with 4403 at that time. It is in no log and has the cursor of the event before it, so do not ignore it as a repeat.',
    interfaces: [RoomEventType, AccountEventType],
    fields: (t) => ({
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When the session expires.',
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
    description: 'The room ended. It is the last event.',
    interfaces: [RoomEventType],
    fields: (t) => ({
      reason: t.expose('reason', { type: EndReason, description: 'Why it ended.' }),
    }),
  });

  eventType('JoinRefused', 'by reader').implement({
    description:
      'The join was refused. It is the last event, and also the first unless the caller had to knock; the subscription completes after it.',
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
        'The caller joins the room when this subscription starts, and leaves when it completes. A refusal is an event (`JoinRefused`), never an error. If the host has to admit the caller, the caller waits (`KnockPending`).',
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
        offer: t.arg.string({
          description:
            'The first SDP offer, at most 32 KiB. If a stay begins, it goes to the connected participant who joined first, like an offer of `sendOffer`: `RoomSnapshot.offeredTo` says to whom. It goes to nobody if nobody is connected, if the caller has to knock or resumes a stay, or if the caller or that participant is over a limit.',
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
            offer: args.offer ?? null,
          };
          const { joining } = context.services;
          const mailbox = await joining.join(caller, request, context.client);
          return new MailboxSource(mailbox);
        } catch (error) {
          if (!isJoinError(error)) throw error;
          return new RefusedJoin(error);
        }
      },
      resolve: (event) => event,
    }),
  );
}
