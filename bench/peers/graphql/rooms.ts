import { randomUUID } from 'node:crypto';

interface Media {
  audio: boolean;
  video: boolean;
  screen: boolean;
}

export interface Participant {
  id: string;
  user: { id: string; name: string };
  role: 'HOST' | 'MEMBER';
  joinOrder: number;
  media: Media;
  handRaised: boolean;
  connection: 'CONNECTED';
}

interface Room {
  id: string;
  cursor: number;
  joins: number;
  byId: Map<string, Participant>;
  byUser: Map<string, Participant>;
}

type Outcome = { __typename: string; [field: string]: unknown };
type Publish = (participantId: string, event: object) => void;

/** Rooms in memory with their participants; events are sent through each peer's publish-subscribe. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();
  readonly #publish: Publish;

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  /** A participant who is not in the room yet. */
  newcomer(userId: string): Participant {
    return {
      id: randomUUID(),
      user: { id: userId, name: userId },
      role: 'MEMBER',
      joinOrder: 0,
      media: { audio: true, video: true, screen: false },
      handRaised: false,
      connection: 'CONNECTED',
    };
  }

  /** Lets the newcomer in: sends it a snapshot, and tells the others of its arrival. */
  enter(roomId: string, newcomer: Participant): void {
    const room = this.#rooms.get(roomId) ?? {
      id: roomId,
      cursor: 0,
      joins: 0,
      byId: new Map(),
      byUser: new Map(),
    };
    this.#rooms.set(roomId, room);
    newcomer.joinOrder = ++room.joins;
    const others = [...room.byId.values()];
    room.byId.set(newcomer.id, newcomer);
    room.byUser.set(newcomer.user.id, newcomer);
    const participants = [...others, newcomer];
    this.#publish(
      newcomer.id,
      this.#event(room, 'RoomSnapshot', {
        room: { id: roomId, participants },
        self: newcomer,
        participants,
        recovered: false,
      }),
    );
    const joined = this.#event(room, 'ParticipantJoined', { participant: newcomer });
    for (const other of others) this.#publish(other.id, joined);
  }

  leave(roomId: string, participant: Participant): void {
    const room = this.#rooms.get(roomId);
    if (!room?.byId.delete(participant.id)) return;
    room.byUser.delete(participant.user.id);
    if (room.byId.size === 0) this.#rooms.delete(roomId);
    const left = this.#event(room, 'ParticipantLeft', { participant, reason: 'LEFT' });
    for (const other of room.byId.keys()) this.#publish(other, left);
  }

  /** Relays a signal if both are in the room. */
  send(
    userId: string,
    roomId: string,
    to: string,
    name: 'Offer' | 'Answer' | 'IceCandidates',
    fields: object,
  ): Outcome {
    const room = this.#rooms.get(roomId);
    const from = room?.byUser.get(userId);
    if (!room || !from) return { __typename: 'NotInRoomError', message: 'not in the room' };
    if (!room.byId.has(to)) return { __typename: 'PeerNotInRoomError', message: 'not there' };
    const event = this.#event(room, `${name}Received`, { from: from.id, ...fields });
    this.#publish(to, event);
    return { __typename: `Send${name}Success`, cursor: String(room.cursor) };
  }

  setMedia(userId: string, roomId: string, media: Partial<Media>): Outcome {
    const room = this.#rooms.get(roomId);
    const participant = room?.byUser.get(userId);
    if (!room || !participant) return { __typename: 'NotInRoomError', message: 'not in the room' };
    Object.assign(participant.media, media);
    const updated = this.#event(room, 'ParticipantUpdated', {
      participant: { ...participant, media: { ...participant.media } },
    });
    for (const id of room.byId.keys()) this.#publish(id, updated);
    return { __typename: 'SetMediaSuccess', participant };
  }

  #event(room: Room, type: string, fields: object): object {
    return {
      __typename: type,
      cursor: String(++room.cursor),
      at: () => new Date().toISOString(),
      ...fields,
    };
  }
}
