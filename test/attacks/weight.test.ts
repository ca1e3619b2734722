import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { expect } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';
import { flood, pairUp, watched } from './pinning.ts';

const MEGABYTE = 1024 * 1024;

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
