import { unwrap } from './errors.ts';
import type { UpdateRoomInput } from './generated/graphql.ts';
import {
  AdmitParticipantDocument,
  DenyParticipantDocument,
  MuteParticipantDocument,
  RaiseHandDocument,
  RemoveParticipantDocument,
  SendMessageDocument,
  UpdateRoomDocument,
} from './generated/operations.ts';
import { Hand } from './hand.ts';
import { randomId } from './random-id.ts';
import type { RoomLink } from './room-link.ts';

/** What a participant does in a room besides sending media. Without a connection, each action waits for one. */
export interface RoomActions {
  raiseHand(raised: boolean): Promise<void>;
  /** Resolves to the message's cursor in the room's log, and to its time by the server's clock. */
  sendMessage(text: string, to: string | null): Promise<{ cursor: string; at: string }>;
  admit(knockId: string): Promise<void>;
  deny(knockId: string, ban: boolean): Promise<void>;
  requestMute(participantId: string): Promise<void>;
  remove(participantId: string, ban: boolean): Promise<void>;
  updateRoom(settings: RoomSettings): Promise<void>;
}

/** The settings that the owner of a room may change. A setting that is not given stays as it is. */
export type RoomSettings = Omit<UpdateRoomInput, 'roomId'>;

export function roomActions(link: RoomLink): RoomActions {
  const { roomId } = link;
  let before: Promise<unknown> = Promise.resolve();
  /** One after the other, so that the last has the last word even if the server tells an earlier one to wait. */
  const inTurn = (run: () => Promise<void>): Promise<void> => {
    const done = before.then(run, run);
    before = done;
    return done;
  };
  const hand = new Hand(link, (raised) =>
    inTurn(() =>
      link.perform(null, async (socket) => {
        const input = { roomId, raised };
        unwrap((await socket.execute(RaiseHandDocument, { input })).raiseHand);
      }),
    ),
  );
  return {
    raiseHand: (raised) => hand.set(raised),
    sendMessage(text, to) {
      const input = { roomId, to, text, messageId: randomId() };
      return link.perform(to, async (socket) => {
        const { sendMessage } = await socket.execute(SendMessageDocument, { input });
        const { cursor, at } = unwrap(sendMessage);
        return { cursor, at };
      });
    },
    admit: (knockId) =>
      link.perform(null, async (socket) => {
        const input = { roomId, knockId };
        unwrap((await socket.execute(AdmitParticipantDocument, { input })).admitParticipant);
      }),
    deny: (knockId, ban) =>
      link.perform(null, async (socket) => {
        const input = { roomId, knockId, ban };
        unwrap((await socket.execute(DenyParticipantDocument, { input })).denyParticipant);
      }),
    requestMute: (participantId) =>
      link.perform(null, async (socket) => {
        const input = { roomId, participantId };
        unwrap((await socket.execute(MuteParticipantDocument, { input })).muteParticipant);
      }),
    remove: (participantId, ban) =>
      link.perform(null, async (socket) => {
        const input = { roomId, participantId, ban };
        unwrap((await socket.execute(RemoveParticipantDocument, { input })).removeParticipant);
      }),
    updateRoom: (settings) =>
      inTurn(() =>
        link.perform(null, async (socket) => {
          const input = { ...settings, roomId };
          unwrap((await socket.execute(UpdateRoomDocument, { input })).updateRoom);
        }),
      ),
  };
}
