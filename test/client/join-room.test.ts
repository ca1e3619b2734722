import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { joinRoom } from '../../src/client/join-room.ts';
import { type Script, ScriptedSocketServer } from '../kit/scripted-socket.ts';

const servers: ScriptedSocketServer[] = [];

beforeEach(() => {
  // Nobody gets as far as a connection here.
  vi.stubGlobal(
    'RTCPeerConnection',
    class {
      close() {}
    },
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
  for (const server of servers.splice(0)) server.close();
});

async function join(script: Script, timeoutMs: number, onWaiting = () => {}) {
  const server = await ScriptedSocketServer.start(script);
  servers.push(server);
  const startedAt = performance.now();
  const error = await joinRoom(
    { roomId: 'room', socket: server.options, backoff: { baseMs: 1, capMs: 1 } },
    { timeoutMs, onWaiting },
  ).then(
    () => null,
    (reason: unknown) => reason,
  );
  return { error, tookMs: performance.now() - startedAt, server };
}

const refusal = (retryAfter: number) => ({
  roomEvents: {
    __typename: 'JoinRefused',
    cursor: '0',
    error: { __typename: 'RateLimitedError', message: 'Too many joins.', retryAfter },
  },
});

it('says that it is rate limited where the wait is longer than the join may take', async () => {
  const { error, tookMs, server } = await join(
    { onAsked: ({ next }) => next(refusal(60)) },
    20_000,
  );
  expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfter: 60 });
  expect(tookMs).toBeLessThan(15_000);
  await vi.waitUntil(() => server.closed.length === 1);
});

it('says what was in the way last when the time is over', async () => {
  const away = { message: 'Later.', extensions: { code: 'UNAVAILABLE' } };
  const script: Script = {
    onAsked: ({ errors }) => errors([away]),
  };
  expect((await join(script, 300)).error).toMatchObject({ code: 'UNAVAILABLE' });
});

it('takes no longer than it may where the server is lost while it is waited for the host', async () => {
  let waits = 0;
  const pending = { roomEvents: { __typename: 'KnockPending', cursor: '0', knockId: 'one' } };
  const { error } = await join(
    {
      onInit: (socket) => (socket === 0 ? {} : { code: 1012, reason: '' }),
      onAsked: ({ next, close }) => {
        next(pending);
        setTimeout(() => close(1012), 50);
      },
    },
    500,
    () => {
      waits += 1;
      throw new Error('A page throws');
    },
  );
  expect(error).toMatchObject({ code: 'NETWORK' });
  expect(waits).toBe(1);
});

it('sends nothing for a signal that was aborted before', async () => {
  const server = await ScriptedSocketServer.start({});
  servers.push(server);
  const reason = new Error('Not now');
  const options = { signal: AbortSignal.abort(reason) };
  await expect(joinRoom({ roomId: 'room', socket: server.options }, options)).rejects.toBe(reason);
  expect(server.opened).toBe(0);
});

/** A connection that gets as far as an offer. */
function stubConnections(onOffer = () => {}) {
  const made: { closed: boolean }[] = [];
  class Connection {
    closed = false;
    constructor() {
      made.push(this);
    }
    addTransceiver() {}
    createDataChannel() {
      return {};
    }
    async createOffer() {
      onOffer();
      return { type: 'offer', sdp: 'v=0\r\nm=audio 9\r\n' };
    }
    close() {
      this.closed = true;
    }
  }
  vi.stubGlobal('RTCPeerConnection', Connection);
  return made;
}

it('sends the same offer with its join until that is answered, and closes its connection without a call', async () => {
  const made = stubConnections();
  const offers: unknown[] = [];
  const full = { __typename: 'RoomFullError', message: 'Full.', capacity: 2 };
  const { error } = await join(
    {
      onAsked: ({ variables, next, close }, socket) => {
        offers.push(variables.offer);
        if (socket === 0) close(1012);
        else next({ roomEvents: { __typename: 'JoinRefused', cursor: '0', error: full } });
      },
    },
    20_000,
  );
  expect(error).toMatchObject({ code: 'ROOM_FULL' });
  const offer = 'v=0\r\na=x-peerql-mark:0 1\r\nm=audio 9\r\n';
  expect(offers).toEqual([offer, offer]);
  await vi.waitUntil(() => made.length === 1 && made[0]?.closed);
});

async function expectJoinWithoutOffer() {
  const joins: object[] = [];
  const { error } = await join(
    {
      onAsked: ({ variables, next }) => {
        joins.push(variables);
        next(refusal(60));
      },
    },
    20_000,
  );
  expect(error).toMatchObject({ code: 'RATE_LIMITED' });
  expect(joins).toEqual([expect.not.objectContaining({ offer: expect.anything() })]);
}

it('joins without an offer where the browser makes none', async () => {
  await expectJoinWithoutOffer();
});

it('joins without an offer where making one fails, and closes what was made for it', async () => {
  const made = stubConnections(() => {
    throw new Error('No codecs.');
  });
  await expectJoinWithoutOffer();
  expect(made).toMatchObject([{ closed: true }]);
});

it('sends nothing for a signal that is aborted while the offer is made', async () => {
  const server = await ScriptedSocketServer.start({});
  servers.push(server);
  const abort = new AbortController();
  const reason = new Error('Not now');
  const made = stubConnections(() => abort.abort(reason));
  const options = { signal: abort.signal };
  await expect(joinRoom({ roomId: 'room', socket: server.options }, options)).rejects.toBe(reason);
  expect(server.opened).toBe(0);
  await vi.waitUntil(() => made.length === 1 && made[0]?.closed);
});
