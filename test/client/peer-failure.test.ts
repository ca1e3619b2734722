import { expect, it } from 'vitest';
import { WayFinder } from '../../src/client/peer-failure.ts';

const TURN = { iceServers: [{ urls: ['stun:a.example', 'turns:a.example:443'] }] };
const STUN = { iceServers: [{ urls: 'stun:a.example' }] };
const remoteDescription = {};

function own(...types: string[]) {
  const lines = types.map((type) => `a=candidate:1 1 udp 1 192.0.2.1 9 typ ${type} raddr 0.0.0.0`);
  const localDescription = { sdp: `v=0\r\n${lines.join('\r\n')}\r\n` };
  return { remoteDescription, localDescription };
}

it('says why there is no way between two', () => {
  expect(new WayFinder(TURN).failure({ ...own(), remoteDescription: null })).toBe('NO_ANSWER');
  expect(new WayFinder(STUN).failure(own('host', 'srflx'))).toBe('NO_RELAY');
  expect(new WayFinder({}).failure(own('host'))).toBe('NO_RELAY');
  expect(new WayFinder(TURN).failure(own('host'))).toBe('RELAY_UNREACHABLE');
  expect(new WayFinder(TURN).failure(own('host', 'relay'))).toBe('BLOCKED');
});

it.each([
  [401, 'RELAY_REFUSED'],
  [403, 'RELAY_REFUSED'],
  [486, 'RELAY_REFUSED'],
  [701, 'RELAY_UNREACHABLE'],
] as const)('takes the error %i of a TURN server for %s', (code, reason) => {
  const ways = new WayFinder(TURN);
  ways.refused(code);
  expect(ways.failure(own('host'))).toBe(reason);
});
