import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import { createRoom, register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';
import { clientFrame, rawSocket } from './raw-socket.ts';

const EVENTS = 'subscription ($roomId: ID!) { roomEvents(roomId: $roomId) { __typename } }';

/** Opens a TCP connection, says `text`, and resolves to how long it lasted, in milliseconds, and what came back. */
async function tcp(
  server: AttackedServer,
  text: string,
): Promise<{ lastedMs: number; answer: string }> {
  const began = performance.now();
  const socket: Socket = connect(server.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return { lastedMs: performance.now() - began, answer };
}

attacks(
  {
    REQUEST_HEADER_SECONDS: '2',
    CONNECTION_INIT_SECONDS: '1',
    HEARTBEAT_SECONDS: '1',
    SOCKETS_PER_ADDRESS: '50',
  },
  (attack) => {
    attack('frames that are too big', async (server) => {
      const wire = await Wire.ready(server.socketUrl);
      wire.send('x'.repeat(65_537));
      expect(await wire.closed()).toBe(1009);
      // A frame that only says that it is: nothing is set aside for it.
      const raw = await rawSocket(server);
      raw.write(Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]));
      expect(await raw.closeCode()).toBe(1009);
      return 'a close with 1009';
    });

    attack('100,000 fragments of one message', async (server) => {
      const raw = await rawSocket(server);
      raw.write(clientFrame('{', { opcode: 1, final: false }));
      const fragments = Buffer.concat(
        Array.from({ length: 1000 }, () => clientFrame(' ', { opcode: 0, final: false })),
      );
      for (let i = 0; i < 100; i += 1) raw.write(fragments);
      // Not the 1009 that so many bytes would get: the fragments are counted.
      expect(await raw.closeCode()).toBe(1008);
      return 'a close at fragment 65';
    });

    attack('half messages on 40 sockets', async (server) => {
      const before = await server.memory();
      const raws = await Promise.all(Array.from({ length: 40 }, () => rawSocket(server)));
      for (const raw of raws) {
        raw.write(clientFrame('{"type":"connection_init"}', { opcode: 1, final: true }));
        raw.write(clientFrame(`"${'x'.repeat(60_000)}`, { opcode: 1, final: false }));
      }
      // They answer no ping: taken for dead at the third.
      await Promise.all(raws.map((raw) => raw.ended()));
      const grown = (await server.memory()) - before;
      expect(grown).toBeLessThan(64 * 1024 * 1024);
      return `dead after three heartbeats; ${(grown / 1024 / 1024).toFixed(0)} MB grown meanwhile`;
    });

    attack('slow handshakes and slow requests', async (server) => {
      const texts = [
        'GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n',
        'POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ',
        '',
      ];
      const results = await Promise.all(
        Array.from({ length: 60 }, (_, i) => tcp(server, texts[i % 3] ?? '')),
      );
      const longest = Math.max(...results.map(({ lastedMs }) => lastedMs));
      expect(longest).toBeLessThan(6000);
      return `408 or nothing, and a close after ${(longest / 1000).toFixed(1)} s at most`;
    });

    attack('sockets that never say connection_init', async (server) => {
      const wires = await Promise.all(
        Array.from({ length: 30 }, () => Wire.open(server.socketUrl)),
      );
      for (const code of await Promise.all(wires.map((wire) => wire.closed()))) {
        expect(code).toBe(4408);
      }
      return 'a close with 4408 after a second';
    });

    attack('operations before connection_init', async (server) => {
      const wire = await Wire.open(server.socketUrl);
      wire.subscribe('1', '{ __typename }');
      expect(await wire.closed()).toBe(4401);
      return 'a close with 4401';
    });

    attack('a flood of connection_init', async (server) => {
      const wire = await Wire.open(server.socketUrl);
      for (let i = 0; i < 1000; i += 1) wire.send({ type: 'connection_init' });
      expect(await wire.closed()).toBe(4429);
      return 'a close with 4429 at the second';
    });

    attack('a connection_init of 90 MB', async (server) => {
      const wire = await Wire.open(server.socketUrl);
      wire.send(`{"type":"connection_init","payload":{"x":"${'x'.repeat(90 * 1024 * 1024)}"}}`);
      expect(await wire.closed()).toBeOneOf([1009, 1006, 4408]);
      return 'a close with 1009';
    });

    attack('a flood of messages, and of pings', async (server) => {
      const wire = await Wire.ready(server.socketUrl, undefined, { headers: asStranger() });
      for (let i = 0; i < 5000; i += 1) wire.send({ type: 'ping' });
      expect(await wire.closed()).toBe(4429);
      const asking = await Wire.ready(server.socketUrl, undefined, { headers: asStranger() });
      for (let i = 0; i < 5000; i += 1) asking.subscribe(`${i}`, '{ me { id } }');
      expect(await asking.closed()).toBe(4429);
      const pinging = await Wire.ready(server.socketUrl, undefined, { headers: asStranger() });
      // A few at a time: a burst is ended by ws itself, for the answers that pile up.
      const { ws } = pinging;
      const gone = once(ws, 'close');
      let answered = 0;
      ws.on('pong', () => {
        answered += 1;
      });
      for (let sent = 0; sent < 2000 && pinging.close === null; ) {
        for (let i = 0; i < 40; i += 1) ws.ping();
        sent += 40;
        while (answered < sent && pinging.close === null) {
          await Promise.race([once(ws, 'pong'), gone]);
        }
      }
      expect(await pinging.closed()).toBe(4429);
      return 'a close with 4429 after 500 in a second';
    });

    attack('pongs that nobody asked for', async (server) => {
      const wire = await Wire.ready(server.socketUrl, undefined, { headers: asStranger() });
      for (let i = 0; i < 5000; i += 1) wire.ws.pong();
      expect(await wire.closed()).toBe(4429);
      return 'a close with 4429 after 500 in a second';
    });

    attack('a flood that goes on after the close', async (server) => {
      const raw = await rawSocket(server, asStranger());
      const frame = clientFrame('x'.repeat(60_000), { opcode: 1, final: true });
      for (let i = 0; i < 600; i += 1) {
        raw.write(clientFrame('{"type":"ping"}', { opcode: 1, final: true }));
      }
      for (let i = 0; i < 5000; i += 1) raw.write(frame);
      await raw.ended();
      // What the buffers of both sides hold.
      expect(raw.sentBytes).toBeLessThan(64 * 1024 * 1024);
      return `${(raw.sentBytes / 1024 / 1024).toFixed(0)} of 300 MB leave, and are not read`;
    });

    attack('20,000 subscriptions on one socket', async (server) => {
      const eve = await register(server.graphqlUrl, 'Eve');
      server.keepsSecret(eve.token);
      const room = await createRoom(server.graphqlUrl, eve);
      const tcp = connect(server.port, '127.0.0.1');
      const wire = await Wire.ready(server.socketUrl, eve.token, { createConnection: () => tcp });
      // In one piece: one that joins ends the one before, and so makes room for others that come later.
      tcp.cork();
      for (let i = 0; i < 100; i += 1) wire.subscribe(`${i}`, EVENTS, { roomId: room.id });
      tcp.uncork();
      await wire.next(({ id }) => id === '99');
      const refused = wire.frames.filter(({ type }) => type === 'error').length;
      expect(refused).toBeGreaterThan(50);
      for (let i = 100; i < 20_000; i += 1) wire.subscribe(`${i}`, EVENTS, { roomId: room.id });
      expect(await wire.closed()).toBe(4429);
      return `${refused} errors for 100, then a close with 4429`;
    });

    attack('too many sockets of one user, and of one address', async (server) => {
      const eve = await register(server.graphqlUrl, 'Eve');
      server.keepsSecret(eve.token);
      const own = await Promise.all(
        Array.from({ length: 9 }, () =>
          Wire.ready(server.socketUrl, eve.token, { headers: asStranger() }),
        ),
      );
      expect(own.filter((wire) => wire.close?.code === 4429)).toHaveLength(1);
      const options = { headers: asStranger() };
      const wires = await Promise.all(
        Array.from({ length: 55 }, () => Wire.open(server.socketUrl, options)),
      );
      const refused = wires.slice(50);
      for (const wire of refused) expect(await wire.closed()).toBe(4429);
      for (const wire of [...own, ...wires]) wire.end();
      return '8 of a user, 50 of an address, and closes with 4429 beyond';
    });

    attack('forged addresses', async (server) => {
      // What the client writes itself stands left of what the trusted proxy adds.
      const forged = { headers: { 'x-forwarded-for': '1.2.3.4, 192.0.2.1' } };
      const wires = await Promise.all(
        Array.from({ length: 51 }, (_, i) =>
          Wire.open(server.socketUrl, {
            headers: { 'x-forwarded-for': `1.2.3.${i}, 192.0.2.1` },
          }),
        ),
      );
      const one = await Wire.open(server.socketUrl, forged);
      expect(await one.closed()).toBe(4429);
      for (const wire of wires) wire.end();
      return 'one address for all of them';
    });

    attack('frames that break the protocol', async (server) => {
      for (const [bytes, codes] of [
        [clientFrame('x', { opcode: 3, final: true }), [1002]],
        [clientFrame('x', { opcode: 9, final: false }), [1002]],
        [clientFrame('x', { opcode: 0, final: true }), [1002]],
        [Buffer.from([0x81, 0x01, 0x78]), [1002]],
        [Buffer.from([0xc1, 0x81, 0, 0, 0, 0, 0x78]), [1002]],
        [clientFrame('not json', { opcode: 1, final: true }), [4400]],
        [clientFrame('{"type":"nothing"}', { opcode: 1, final: true }), [4400]],
        [clientFrame('[]', { opcode: 1, final: true }), [4400]],
      ] as const) {
        const raw = await rawSocket(server);
        raw.write(bytes);
        expect(codes).toContain(await raw.closeCode());
      }
      return 'closes with 1002 and 4400';
    });
  },
);
