import { NotInRoomError, PeerNotInRoomError } from '../domain/errors.ts';
import type { ChatMessage } from '../domain/room/entry.ts';
import type { SentMessage } from '../domain/room/live-rooms.ts';
import { UserType } from './accounts.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';
import { eventType, RoomEventType } from './room-event.ts';

interface Message extends ChatMessage {
  readonly private: boolean;
  /** Only in a snapshot. */
  readonly history?: boolean;
}

export const MessageReceived = eventType<'MessageReceived', Message>(
  'MessageReceived',
  'same for all',
).implement({
  description: 'A chat message of another participant.',
  interfaces: [RoomEventType],
  fields: (t) => ({
    from: t.exposeID('from', { description: 'The participant who sent it; it may have left.' }),
    user: t.expose('user', { type: UserType, description: 'The user who sent it.' }),
    text: t.exposeString('text', {
      description: 'The text as it was sent. Show it as text, never as markup.',
    }),
    private: t.exposeBoolean('private', {
      description: 'Whether it was sent only to the caller.',
    }),
    history: t.boolean({
      description: 'Whether it was sent before the caller joined.',
      resolve: ({ history }) => history === true,
    }),
  }),
});

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'A chat message.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room that the caller is in.' }),
    to: t.id({ description: 'The participant it is for; everybody, if not given.' }),
    text: t.string({ required: true, description: 'At most 4 KiB; delivered unchanged.' }),
    messageId: t.id({
      description:
        'Makes the send idempotent: the same id is accepted again and delivered once. At most 64 characters.',
    }),
  }),
});

const SendMessageSuccess = builder.objectRef<SentMessage>('SendMessageSuccess').implement({
  description: 'The message is in the room’s log. It is not sent back to its sender.',
  fields: (t) => ({
    cursor: t.exposeID('cursor', { description: 'Its place in the log.' }),
    at: t.field({
      type: 'DateTime',
      description: 'When it was sent, by the server’s clock: the same for everybody.',
      resolve: ({ at }) => new Date(at),
    }),
  }),
});

/** Adds the fields of this file to the schema. */
export function addChat(): void {
  builder.mutationField('sendMessage', (t) =>
    t.field({
      type: resultUnion(SendMessageSuccess, [NotInRoomError, PeerNotInRoomError]),
      description:
        'Sends a chat message to one participant, or to all. The newest 50 messages to all are kept for those who join later.',
      args: {
        input: t.arg({ type: SendMessageInput, required: true, description: 'The message.' }),
      },
      resolve: (_root, { input }, context) =>
        attempt(() => {
          const { roomId, to, text, messageId } = input;
          const { signaling } = context.services;
          const caller = signedIn(context);
          return signaling.sendMessage(caller, roomId, to ?? null, text, messageId ?? null);
        }),
    }),
  );
}
