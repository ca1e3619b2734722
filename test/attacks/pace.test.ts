import { connect } from 'node:net';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';

/** Far less than the default: also what a busy machine begins at once is more. */
const A_SECOND = 20;
const CONNECTIONS = 100;
const SOCKETS = 40;
const FLOOD_MS = 2000;
/** How long it goes on at most until something is refused, however slow the machine is, in milliseconds. */
const FLOOD_MAX_MS = 30_000;

/** Says whether a flood that began at `began` goes on. */
function goesOn(began: number, refused: number): boolean {
  return performance.now() < began + (refused > 0 ? FLOOD_MS : FLOOD_MAX_MS);
}

/**
 * Sends a request over and over, on each of many connections as soon as it is answered; resolves to how many answers of
 * each status there were.
 */
async function flood(server: AttackedServer, request: string): Promise<Record<string, number>> {
  const began = performance.now();
  const statuses: Record<string, number> = {};
  const isOver = () => !goesOn(began, statuses['429'] ?? 0);
  const one = () =>
    new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(request));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.on('data', (chunk) => {
        const [, status] = /^HTTP\/1\.1 (\d+)/.exec(chunk.toString('latin1')) ?? [];
        if (status === undefined) return;
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (isOver()) socket.destroy();
        else if (status !== '429') socket.write(request);
      });
    });
  const without = async () => {
    while (!isOver()) await one();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, without));
  return statuses;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n`;
const post = (body: string) =>
  `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
const CHEAP = {
  'whether it lives': [get('/health'), ''],
  'what is not there': [get('/nothing'), ''],
  'the cheapest query': [post('{"query":"{__typename}"}'), '{"query":"{__typename}"}'],
  'a body that is no JSON': [post('{x}'), '{x}'],
} as const;

/** Opens WebSockets over and over; resolves to how many were opened, and how many refused. */
async function openSockets(server: AttackedServer, headers: Record<string, string>) {
  const began = performance.now();
  const counts = { opened: 0, refused: 0 };
  const open = async () => {
    while (goesOn(began, counts.refused)) {
      const ws = new WebSocket(server.socketUrl, 'graphql-transport-ws', { headers });
      ws.on('error', () => {});
      await new Promise<void>((resolve) => {
        ws.once('open', () => {
          counts.opened += 1;
          ws.terminate();
        });
        ws.once('unexpected-response', (_, { statusCode }) => {
          if (statusCode === 429) counts.refused += 1;
          ws.terminate();
        });
        ws.once('close', () => resolve());
      });
    }
  };
  await Promise.all(Array.from({ length: SOCKETS }, open));
  return counts;
}

attacks({ REQUESTS_PER_SECOND_PER_ADDRESS: String(A_SECOND) }, (attack) => {
  for (const [what, [head, body]] of Object.entries(CHEAP)) {
    attack(`one address asks for ${what} as fast as it goes`, async (server) => {
      const from = `X-Forwarded-For: ${asStranger()['x-forwarded-for']}\r\n\r\n`;
      const began = performance.now();
      const { 429: refused = 0, ...answered } = await flood(server, head + from + body);
      const seconds = (performance.now() - began) / 1000;
      const all = Object.values(answered).reduce((sum, count) => sum + count, 0);
      // It may begin and end within a second of the server's.
      expect(all).toBeLessThanOrEqual(A_SECOND * (Math.ceil(seconds) + 1));
      expect(refused).toBeGreaterThan(0);
      // One a second on each connection: these come through a trusted proxy, which cannot be disconnected for it.
      expect(refused).toBeLessThanOrEqual(CONNECTIONS * (Math.ceil(seconds) + 1));
      return `${all} answers and ${refused} refusals in ${seconds.toFixed(1)} s`;
    });
  }

  attack(
    'one address opens WebSockets through a trusted proxy as fast as it goes',
    async (server) => {
      const began = performance.now();
      const { opened, refused } = await openSockets(server, asStranger());
      const seconds = (performance.now() - began) / 1000;
      expect(opened).toBeLessThanOrEqual(A_SECOND * (Math.ceil(seconds) + 1));
      expect(refused).toBeGreaterThan(0);
      return `${opened} WebSockets and ${refused} refusals in ${seconds.toFixed(1)} s`;
    },
  );
});
