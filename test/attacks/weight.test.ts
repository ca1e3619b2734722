import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { print } from 'graphql';
import { expect } from 'vitest';
import { RoomEventsDocument, SendOfferDocument } from '../../src/client/generated/graphql.ts';
import { mutate } from '../kit/mutate.ts';
import { createRoom, register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';

const MEGABYTE = 1024 * 1024;
/** What the whole process may take, in bytes. */
const PROCESS_BYTES = 512 * MEGABYTE;
const FLOOD_MS = 6000;
/** How many offers one who floods has on their way, and how often: a little less than MESSAGES_PER_SECOND. */
const BATCH = 20;
const BATCH_MS = 50;
const OFFER = print(SendOfferDocument);
const EVENTS = print(RoomEventsDocument);

/** Runs an attack; resolves to the most memory that the process had meanwhile, and to how much it was before. */
async function watched(server: AttackedServer, run: () => Promise<void>) {
  const before = await server.memory();
  let peak = before;
  let over = false;
  const watching = (async () => {
    while (!over) {
      peak = Math.max(peak, await server.memory());
      await pass(50);
    }
  })();
  await run();
  over = true;
  await watching;
  expect(peak).toBeLessThan(PROCESS_BYTES);
  const [grown, most] = [peak - before, peak].map((bytes) => (bytes / MEGABYTE).toFixed(0));
  return `${grown} MB grown, ${most} MB at most`;
}

/** Two who are in a room: one that sends and one that has stopped to read. */
async function pairUp(server: AttackedServer) {
  const [sender, reader] = await Promise.all([
    register(server.graphqlUrl, 'Eve'),
    register(server.graphqlUrl, 'Mallory'),
  ]);
  server.keepsSecret(sender.token, sender.password, reader.token, reader.password);
  const { id: roomId } = await createRoom(server.graphqlUrl, sender);
  const headers = asStranger();
  const wires: Wire[] = [];
  const ids: string[] = [];
  for (const { token } of [reader, sender]) {
    const wire = await Wire.ready(server.socketUrl, token, { headers });
    wire.subscribe('room', EVENTS, { roomId, clientKey: 'tab' });
    const { payload } = await wire.next(({ id }) => id === 'room');
    const event = (payload as { data: { roomEvents: { self: { id: string } } } }).data.roomEvents;
    wires.push(wire);
    ids.push(event.self.id);
  }
  const [slow, fast] = wires;
  const [to] = ids;
  if (!slow || !fast || !to) throw new Error('Somebody is missing.');
  slow.ws.pause();
  return { roomId, slow, fast, to };
}

/** Sends offers of 30 kB as fast as the socket may without being closed for it; resolves to how many were accepted and how many not. */
async function flood(roomId: string, fast: Wire, to: string) {
  const sdp = 'x'.repeat(30_000);
  const until = performance.now() + FLOOD_MS;
  const answers: Record<string, number> = {};
  for (let i = 0; performance.now() < until && fast.close === null; ) {
    const batch = Array.from({ length: BATCH }, (_, place) => `o${i + place}`);
    i += batch.length;
    const [frames] = await Promise.all([
      Promise.all(batch.map((id) => fast.run(id, OFFER, { input: { roomId, to, sdp } }))),
      pass(BATCH_MS),
    ]);
    for (const { payload } of frames) {
      const type = JSON.stringify(payload).match(/"__typename":"(\w+)"/)?.[1] ?? 'none';
      answers[type] = (answers[type] ?? 0) + 1;
    }
    fast.frames.length = 0;
  }
  return answers;
}

/** A TCP connection that says `text` and reads nothing. */
async function silent(server: AttackedServer, text: string): Promise<Socket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  // Only what is still sent finds out that the server has ended both halves.
  socket.once('end', () => {
    const probe = setInterval(() => socket.write('x'), 20);
    socket.once('close', () => clearInterval(probe));
  });
  socket.write(text);
  await once(socket, 'connect').catch(() => {});
  return socket;
}

attacks({ NODE_OPTIONS: '--max-old-space-size=384', SOCKETS_PER_ADDRESS: '200' }, (attack) => {
  attack('accounts that send 30 kB as fast as they may to some who do not read', async (server) => {
    const pairs = await Promise.all(Array.from({ length: 4 }, () => pairUp(server)));
    let sums = { accepted: 0, refused: 0 };
    const memory = await watched(server, async () => {
      const answers = await Promise.all(
        pairs.map(({ roomId, fast, to }) => flood(roomId, fast, to)),
      );
      sums = answers.reduce<typeof sums>(
        (all, one) => ({
          accepted: all.accepted + (one.SendOfferSuccess ?? 0),
          refused: all.refused + (one.RateLimitedError ?? 0),
        }),
        sums,
      );
    });
    // A burst and what comes back of it meanwhile, of each.
    expect((sums.accepted * 30_000) / MEGABYTE).toBeLessThan(4 * 3);
    expect(sums.refused).toBeGreaterThan(0);
    for (const { slow, fast } of pairs) {
      // Who reads slowly was not cut off for it.
      expect(slow.close).toBeNull();
      slow.end();
      fast.end();
    }
    return `${sums.accepted} offers through, ${sums.refused} RateLimitedError; ${memory}`;
  });

  attack('sockets without an account that ask and do not read', async (server) => {
    const headers = asStranger();
    const wires = await Promise.all(
      Array.from({ length: 30 }, () => Wire.ready(server.socketUrl, undefined, { headers })),
    );
    const query = `{ ${'a'.repeat(60_000)}: __typename }`;
    const memory = await watched(server, async () => {
      for (const wire of wires) wire.ws.pause();
      for (let round = 0; round < 60; round += 1) {
        for (const wire of wires) if (wire.close === null) wire.subscribe(`${round}`, query);
        await pass(10);
      }
      await pass(1000);
    });
    for (const wire of wires) wire.end();
    return memory;
  });

  attack('600 bodies of one address that are never sent whole', async (server) => {
    const { 'x-forwarded-for': address } = asStranger();
    const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n`;
    let ended = 0;
    const memory = await watched(server, async () => {
      const sockets = await Promise.all(
        Array.from({ length: 600 }, () => silent(server, head + '{'.repeat(60_000))),
      );
      for (const socket of sockets) {
        socket.on('close', () => {
          ended += 1;
        });
        socket.resume();
        socket.on('end', () => socket.destroy());
      }
      await expect.poll(() => ended, { timeout: 10_000 }).toBeGreaterThanOrEqual(600 - 128);
      for (const socket of sockets) socket.destroy();
    });
    return `128 of them wait, the others 429 and a close; ${memory}`;
  });

  attack('1,500 upgrades that are refused and then say more', async (server) => {
    const texts = [
      'GET /elsewhere HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET /graphql HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 7\r\n\r\n',
    ];
    const more = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
    let answered = 0;
    const began = performance.now();
    const memory = await watched(server, async () => {
      await Promise.all(
        Array.from({ length: 1500 }, async (_, i) => {
          const socket = await silent(server, `${texts[i % 3]}${more}`);
          socket.on('data', (chunk) => {
            if (chunk.toString('latin1').includes('200 OK')) answered += 1;
          });
          // Its own half stays open: only the server can end it.
          if (!socket.destroyed) await once(socket, 'close').catch(() => {});
        }),
      );
    });
    expect(answered).toBe(0);
    const seconds = (performance.now() - began) / 1000;
    expect(seconds).toBeLessThan(15);
    return `a status and the end of the connection, all within ${seconds.toFixed(1)} s; ${memory}`;
  });

  attack('a guest that is renamed, joins and leaves without end', async (server) => {
    const eve = await register(server.graphqlUrl, 'Eve');
    server.keepsSecret(eve.token, eve.password);
    const address = asStranger();
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        mutate(server.graphqlUrl, 'updateProfile', { name: `Eve ${i}` }, 'account { id }', {
          ...eve.headers,
          ...address,
        }),
      ),
    );
    const told = outcomes.filter(({ __typename }) => __typename === 'UpdateProfileSuccess');
    expect(told.length).toBeLessThanOrEqual(8);
    return `${told.length} of 100 new names, then RateLimitedError`;
  });

  attack('all of it at once', async (server) => {
    const pairs = await Promise.all(Array.from({ length: 3 }, () => pairUp(server)));
    const headers = asStranger();
    const wires = await Promise.all(
      Array.from({ length: 15 }, () => Wire.ready(server.socketUrl, undefined, { headers })),
    );
    const body = `POST /graphql HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${headers['x-forwarded-for']}\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n${'{'.repeat(60_000)}`;
    const query = `{ ${'b'.repeat(60_000)}: __typename }`;
    const memory = await watched(server, async () => {
      const bodies = await Promise.all(Array.from({ length: 300 }, () => silent(server, body)));
      const floods = pairs.map(({ roomId, fast, to }) => flood(roomId, fast, to));
      for (const wire of wires) wire.ws.pause();
      for (let round = 0; round < 60; round += 1) {
        for (const wire of wires) if (wire.close === null) wire.subscribe(`${round}`, query);
        await pass(10);
      }
      await Promise.all(floods);
      for (const socket of bodies) socket.destroy();
    });
    for (const wire of [...wires, ...pairs.flatMap(({ slow, fast }) => [slow, fast])]) wire.end();
    return `${memory}, with a heap of 384 MB`;
  });
});
