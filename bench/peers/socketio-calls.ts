import { randomUUID } from 'node:crypto';
import type { Server, Socket } from 'socket.io';

// Calls as people write them by hand: who is busy, a time-out, and a room for the devices of each user, in memory. It
// keeps no history, and a call is gone with the process.

interface Call {
  id: string;
  from: string;
  to: string;
  state: 'ringing' | 'active';
  timer: NodeJS.Timeout;
}

type Acknowledge = ((answer: { ok: boolean; error?: string; id?: string }) => void) | undefined;

const ringMs = 30_000;
const calls = new Map<string, Call>();
const busy = new Map<string, string>();
const devicesOf = (user: string) => `devices of ${user}`;

/** Lets the user of a socket ring, and be rung. */
export function handleCalls(io: Server, socket: Socket): void {
  const shown = ({ timer: _timer, ...call }: Call) => ({ call });
  const tellBoth = (call: Call, name: string) =>
    io.to(devicesOf(call.from)).to(devicesOf(call.to)).emit(name, shown(call));
  const end = (call: Call) => {
    clearTimeout(call.timer);
    calls.delete(call.id);
    busy.delete(call.from);
    busy.delete(call.to);
    tellBoth(call, 'ended');
  };

  socket.on('online', ({ user }: { user: string }, acknowledge: Acknowledge) => {
    socket.data.user = user;
    socket.join(devicesOf(user));
    acknowledge?.({ ok: true });
  });

  socket.on('ring', ({ to }: { to: string }, acknowledge: Acknowledge) => {
    const from: string = socket.data.user;
    if (busy.has(from) || busy.has(to)) return acknowledge?.({ ok: false, error: 'busy' });
    if (!io.sockets.adapter.rooms.has(devicesOf(to))) {
      return acknowledge?.({ ok: false, error: 'unreachable' });
    }
    const id = randomUUID();
    const call: Call = {
      id,
      from,
      to,
      state: 'ringing',
      timer: setTimeout(() => end(call), ringMs),
    };
    calls.set(id, call);
    busy.set(from, id);
    busy.set(to, id);
    io.to(devicesOf(to)).emit('ringing', shown(call));
    acknowledge?.({ ok: true, id });
  });

  socket.on('accept', ({ callId }: { callId: string }, acknowledge: Acknowledge) => {
    const call = calls.get(callId);
    if (call?.to !== socket.data.user || call?.state !== 'ringing') {
      return acknowledge?.({ ok: false, error: 'not ringing' });
    }
    clearTimeout(call.timer);
    call.state = 'active';
    tellBoth(call, 'answered');
    acknowledge?.({ ok: true });
  });

  socket.on('decline', ({ callId }: { callId: string }, acknowledge: Acknowledge) => {
    const call = calls.get(callId);
    if (call?.to !== socket.data.user || call?.state !== 'ringing') {
      return acknowledge?.({ ok: false, error: 'not ringing' });
    }
    end(call);
    acknowledge?.({ ok: true });
  });

  socket.on('hangup', ({ callId }: { callId: string }, acknowledge: Acknowledge) => {
    const call = calls.get(callId);
    if (!call || ![call.from, call.to].includes(socket.data.user)) {
      return acknowledge?.({ ok: false, error: 'not in the call' });
    }
    end(call);
    acknowledge?.({ ok: true });
  });
}
