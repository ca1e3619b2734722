import { createServer, type ServerResponse } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { login, register } from './accounts.ts';
import { listening } from './listening.ts';
import { handleCalls } from './socketio-calls.ts';

// The relay that people write by hand: rooms, a map from user to socket, and a relay between them.
// With the argument `acknowledge` every send is answered through Socket.IO's callback.

interface Media {
  audio: boolean;
  video: boolean;
}

interface Member {
  id: string;
  name: string;
  media: Media;
}

interface Signal {
  room: string;
  to: string;
  payload: unknown;
}

type Acknowledge = ((answer: { ok: boolean; error?: string }) => void) | undefined;

const signals = ['offer', 'answer', 'candidates'];
const rooms = new Map<string, Map<string, Member>>();
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => answerHttp(request.url ?? '', body, response));
});
const io = new Server(server, { serveClient: false, transports: ['websocket'] });

io.on('connection', (socket) => {
  handleCalls(io, socket);
  socket.on('join', (message: { room: string; name: string }, acknowledge: Acknowledge) => {
    const room = rooms.get(message.room) ?? new Map<string, Member>();
    rooms.set(message.room, room);
    const member = { id: socket.id, name: message.name, media: { audio: true, video: true } };
    socket.emit('snapshot', { self: member.id, participants: [...room.values()] });
    socket.to(message.room).emit('joined', { participant: member });
    room.set(socket.id, member);
    socket.join(message.room);
    acknowledge?.({ ok: true });
  });

  socket.on('leave', (message: { room: string }, acknowledge: Acknowledge) => {
    leave(socket, message.room);
    acknowledge?.({ ok: true });
  });

  socket.on('media', (message: { room: string; media: Media }, acknowledge: Acknowledge) => {
    const member = rooms.get(message.room)?.get(socket.id);
    if (!member) return acknowledge?.({ ok: false, error: 'not in the room' });
    member.media = message.media;
    socket.to(message.room).emit('updated', { participant: member });
    acknowledge?.({ ok: true });
  });

  for (const kind of signals) {
    socket.on(kind, (message: Signal, acknowledge: Acknowledge) => {
      const room = rooms.get(message.room);
      if (!room?.has(socket.id)) return acknowledge?.({ ok: false, error: 'not in the room' });
      if (!room.has(message.to)) return acknowledge?.({ ok: false, error: 'peer not in the room' });
      io.to(message.to).emit(kind, { from: socket.id, payload: message.payload });
      acknowledge?.({ ok: true });
    });
  }

  socket.on('disconnecting', () => {
    for (const room of socket.rooms) leave(socket, room);
  });
});

function leave(socket: Socket, roomId: string): void {
  const room = rooms.get(roomId);
  if (!room?.delete(socket.id)) return;
  if (room.size === 0) rooms.delete(roomId);
  socket.leave(roomId);
  io.to(roomId).emit('left', { id: socket.id });
}

async function answerHttp(url: string, body: string, response: ServerResponse): Promise<void> {
  const credentials = JSON.parse(body) as { email: string; password: string };
  const done = url === '/register' ? await register(credentials) : await login(credentials);
  response.writeHead(done ? 200 : 401, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ok: done }));
}

listening(server);
