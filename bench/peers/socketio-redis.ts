import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { listening } from './listening.ts';

// The relay of socketio-relay.ts on several nodes, with the adapter for Redis streams as its README wires it. Each node
// knows only its own sockets, so it checks that the sender is in the room but not the addressee: asking the other nodes
// at each send would cost far more. An acknowledgement means that the message was passed to the adapter.

interface Signal {
  room: string;
  to: string;
  payload: unknown;
}

type Acknowledge = ((answer: { ok: boolean; error?: string }) => void) | undefined;

const server = createServer();
const io = new Server(server, {
  serveClient: false,
  transports: ['websocket'],
  adapter: createAdapter(new Redis(process.env.REDIS_URL ?? '')),
});

io.on('connection', (socket) => {
  socket.on('join', async (message: { room: string; name: string }, acknowledge: Acknowledge) => {
    const present = await io.in(message.room).fetchSockets();
    socket.data = { id: socket.id, name: message.name, media: { audio: true, video: true } };
    await socket.join(message.room);
    const participants = present.map(({ data }) => data);
    socket.emit('snapshot', { self: socket.id, participants });
    socket.to(message.room).emit('joined', { participant: socket.data });
    acknowledge?.({ ok: true });
  });

  socket.on('leave', (message: { room: string }, acknowledge: Acknowledge) => {
    socket.to(message.room).emit('left', { id: socket.id });
    socket.leave(message.room);
    acknowledge?.({ ok: true });
  });

  for (const kind of ['offer', 'answer', 'candidates']) {
    socket.on(kind, (message: Signal, acknowledge: Acknowledge) => {
      if (!socket.rooms.has(message.room)) {
        return acknowledge?.({ ok: false, error: 'not in the room' });
      }
      io.to(message.to).emit(kind, { from: socket.id, payload: message.payload });
      acknowledge?.({ ok: true });
    });
  }

  socket.on('disconnecting', () => {
    for (const room of socket.rooms) {
      if (room !== socket.id) socket.to(room).emit('left', { id: socket.id });
    }
  });
});

listening(server);
