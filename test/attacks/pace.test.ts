import { connect } from 'node:net';
import { expect } from 'vitest';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';

/** Less than the default, which a busy machine may not reach. */
const A_SECOND = 200;
const CONNECTIONS = 100;
const FLOOD_MS = 2000;

/**
 * Sends a request over and over, on each of many connections as soon as it is answered; resolves to how many answers of
 * each status there were.
 */
async function flood(server: AttackedServer, request: string): Promise<Record<string, number>> {
  const until = performance.now() + FLOOD_MS;
  const statuses: Record<string, number> = {};
  const one = () =>
    new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(request));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.on('data', (chunk) => {
        const [, status] = /^HTTP\/1\.1 (\d+)/.exec(chunk.toString('latin1')) ?? [];
        if (status === undefined) return;
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (performance.now() >= until) socket.destroy();
        else if (status !== '429') socket.write(request);
      });
    });
  const without = async () => {
    while (performance.now() < until) await one();
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
      return `${all} answers and ${refused} refusals in ${seconds.toFixed(1)} s`;
    });
  }
});
