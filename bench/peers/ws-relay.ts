import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { listening } from './listening.ts';

// The lower limit: JSON in, a check that both are in the room, JSON out. No answer, no identity, no resume.

interface Media {
  audio: boolean;
  video: boolean;
}

interface Member {
  id: string;
  name: string;
  media: Media;
  socket: WebSocket;
}

type Room = Map<string, Member>;

type Message =
  | { type: 'join'; room: string; name: string }
  | { type: 'leave'; room: string }
  | { type: 'media'; room: string; media: Media }
  | { type: 'signal'; room: string; to: string; kind: string; payload: unknown };

const rooms = new Map<string, Room>();
const server = createServer();
const sockets = new WebSocketServer({ server, maxPayload: 64 * 1024 });

sockets.on('connection', (socket) => {
  const stays = new Map<string, string>();
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    if (message.type === 'join') return join(socket, stays, message.room, message.name);
    const self = stays.get(message.room);
    const room = rooms.get(message.room);
    const member = self === undefined ? undefined : room?.get(self);
    if (!room || !member) return;
    if (message.type === 'leave') return leave(stays, message.room);
    if (message.type === 'media') {
      member.media = message.media;
      return broadcast(room, member, { type: 'updated', participant: shown(member) });
    }
    const { kind, payload } = message;
    room.get(message.to)?.socket.send(JSON.stringify({ type: kind, from: member.id, payload }));
  });
  socket.on('close', () => {
    for (const room of stays.keys()) leave(stays, room);
  });
});

function join(socket: WebSocket, stays: Map<string, string>, roomId: string, name: string): void {
  const room = rooms.get(roomId) ?? new Map<string, Member>();
  rooms.set(roomId, room);
  const member = { id: randomUUID(), name, media: { audio: true, video: true }, socket };
  socket.send(
    JSON.stringify({
      type: 'snapshot',
      self: member.id,
      participants: [...room.values()].map(shown),
    }),
  );
  broadcast(room, member, { type: 'joined', participant: shown(member) });
  room.set(member.id, member);
  stays.set(roomId, member.id);
}

function leave(stays: Map<string, string>, roomId: string): void {
  const room = rooms.get(roomId);
  const member = room?.get(stays.get(roomId) ?? '');
  stays.delete(roomId);
  if (!room || !member) return;
  room.delete(member.id);
  if (room.size === 0) rooms.delete(roomId);
  broadcast(room, member, { type: 'left', id: member.id });
}

function broadcast(room: Room, except: Member, message: object): void {
  const frame = Buffer.from(JSON.stringify(message));
  for (const member of room.values()) {
    if (member !== except) member.socket.send(frame, { binary: false });
  }
}

function shown({ id, name, media }: Member) {
  return { id, name, media };
}

listening(server);
