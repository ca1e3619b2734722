import { afterEach, expect, it, vi } from 'vitest';
import type { PeerqlError, RoomEnd, RoomLinkOptions } from '../../src/client/index.ts';
import { RoomLink } from '../../src/client/room-link.ts';
import { type Script, ScriptedSocketServer, snapshotFor } from '../kit/scripted-socket.ts';

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function follow(script: Script, options: Partial<RoomLinkOptions> = {}) {
  const server = await ScriptedSocketServer.start(script);
  const link = new RoomLink({
    roomId: 'room',
    socket: server.options,
    backoff: { baseMs: 1, capMs: 1 },
    ...options,
  });
  stops.push(
    () => link.leave(),
    () => server.close(),
  );
  const setbacks: PeerqlError[] = [];
  link.on('setback', (error) => setbacks.push(error));
  let end: RoomEnd | null = null;
  link.on('end', (how) => {
    end = how;
  });
  const ended = () => vi.waitUntil(() => end);
  const connected = () => vi.waitUntil(() => link.state === 'connected');
  return { server, link, setbacks, ended, connected };
}

const isJoin = (query: string) => query.startsWith('subscription');

it('refuses every send after the end, and what waited for a connection', async () => {
  const { link } = await follow({});
  const waits = link.sendOffer('bob', 'v=0');
  link.leave();
  const later = [
    link.sendOffer('bob', 'v=0'),
    link.sendAnswer('bob', 'v=0'),
    link.sendIceCandidates('bob', [{ candidate: '' }]),
    link.setMedia({ audio: true }),
    link.perform(null, () => Promise.resolve()),
  ];
  for (const send of [waits, ...later]) await expect(send).rejects.toMatchObject({ code: 'ENDED' });
});

it('refuses a send that is too big for the server, by what this says, and keeps its socket', async () => {
  const { server, link, connected } = await follow({
    onInit: () => ({ messageBytes: 2_000 }),
    onAsked: ({ query, next }) => {
      if (isJoin(query)) next(snapshotFor('ann'));
      else next({ sendOffer: { __typename: 'SendOfferSuccess', cursor: 'b' } });
    },
  });
  await connected();
  await expect(link.sendOffer('bob', 'x'.repeat(2_000))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('2000'),
  });
  // Three bytes of UTF-8 each.
  await expect(link.sendOffer('bob', '…'.repeat(600))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  await link.sendOffer('bob', 'v=0');
  expect(server.opened).toBe(1);
});

it('refuses what was in flight when the server ends the socket over its size, and goes on', async () => {
  const { server, link, connected } = await follow({
    onAsked: ({ query, variables, next, close }) => {
      const { sdp } = (variables.input ?? {}) as { sdp?: string };
      if (isJoin(query)) next(snapshotFor('ann'));
      else if (sdp === 'big') close(1009, 'Max payload size exceeded');
      else next({ sendOffer: { __typename: 'SendOfferSuccess', cursor: 'b' } });
    },
  });
  await connected();
  await expect(link.sendOffer('bob', 'big')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await link.sendOffer('bob', 'small');
  expect(server.opened).toBe(2);
});

it('is at its end where the join itself is too big', async () => {
  const { server, ended } = await follow({ onAsked: ({ close }) => close(1009) });
  expect(await ended()).toMatchObject({ reason: 'FAILED', error: { code: 'PROTOCOL' } });
  expect(server.opened).toBe(1);
});

it('gets in once a socket of before is closed, and says which limit it met where none is', async () => {
  const reason = 'Too many sockets of this user: 8 at most';
  const full = { code: 4429, reason };
  const once = await follow({
    onInit: (socket) => (socket === 0 ? full : {}),
    onAsked: ({ next }) => next(snapshotFor('ann')),
  });
  await once.connected();
  expect(once.setbacks).toMatchObject([{ code: 'TOO_MANY_SOCKETS', message: reason }]);
  const never = await follow({ onInit: () => full });
  expect(await never.ended()).toMatchObject({
    reason: 'REFUSED',
    error: { code: 'TOO_MANY_SOCKETS', message: reason },
  });
  expect(never.server.opened).toBe(3);
});

it('ends where another connection has resumed its stay, and does not come back', async () => {
  const { server, ended } = await follow({
    onAsked: ({ next, complete }) => {
      next(snapshotFor('ann'));
      complete();
    },
  });
  expect(await ended()).toEqual({ reason: 'REPLACED', error: null });
  await vi.waitUntil(() => server.closed.length > 0);
  expect(server.opened).toBe(1);
});

it('comes back where its stay has ended for being away', async () => {
  const { server, link, connected } = await follow({
    onAsked: ({ next, complete }, socket) => {
      next(snapshotFor('ann', `stay ${socket}`));
      if (socket > 0) return;
      const participant = { id: 'stay 0', user: { id: 'ann', name: 'Ann' } };
      const roomEvents = {
        __typename: 'ParticipantLeft',
        cursor: 'b',
        participant,
        reason: 'DISCONNECTED',
      };
      next({ roomEvents });
      complete();
    },
  });
  await vi.waitUntil(() => server.opened === 2);
  await connected();
  expect(link.state).toBe('connected');
});

it.each([
  ['the acknowledgement', { accountId: 'bob' }, 'ann'],
  ['the snapshot', {}, 'bob'],
])('is signed out where it comes back as somebody else, by %s', async (_by, payload, user) => {
  let joins = 0;
  const { server, ended } = await follow({
    onInit: (socket) => (socket === 0 ? {} : payload),
    onAsked: ({ next, close }, socket) => {
      joins += 1;
      next(snapshotFor(socket === 0 ? 'ann' : user, `stay ${socket}`));
      if (socket === 0) setImmediate(() => close(1012));
    },
  });
  expect(await ended()).toMatchObject({
    reason: 'SIGNED_OUT',
    error: { code: 'UNAUTHENTICATED' },
  });
  // By the acknowledgement nothing was asked for in the other's name.
  expect(joins).toBe('accountId' in payload ? 1 : 2);
  await vi.waitUntil(() => server.closed.length === 2);
  expect(server.closed[1]).toBe(1000);
});

it('starts nothing when a listener leaves over what it is told', async () => {
  const { server, link, ended } = await follow({
    onAsked: ({ next }) => next(snapshotFor('ann')),
  });
  const told = vi.fn();
  link.on('state', (state) => {
    if (state === 'connected') link.leave();
  });
  link.on('event', told);
  await ended();
  expect(told).not.toHaveBeenCalled();
  await vi.waitUntil(() => server.closed.length > 0);
  expect(server.opened).toBe(1);
  const again = await follow({ onAsked: ({ close }) => close(1012) });
  again.link.on('setback', () => again.link.leave());
  await again.ended();
  expect(again.server.opened).toBe(1);
});
