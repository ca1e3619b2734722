import { expect, test } from 'vitest';
import type { ConnectionCheck } from '../src/client/index.ts';
import { checkRows, verdictOf } from '../src/elements/check-words.ts';
import { fileSize } from '../src/elements/file-size.ts';
import { allWords } from '../src/elements/messages/all-words.ts';
import { english } from '../src/elements/messages/english.ts';

type Check = ConnectionCheck['check'];
type Transport = ConnectionCheck['transport'];

function found(
  check: Check,
  code: ConnectionCheck['code'],
  transport: Transport = null,
): ConnectionCheck {
  const skipped = ['NO_TURN', 'TURN_NOT_OFFERED', 'STUN_UNKNOWN', 'NOT_CHECKED', 'NOT_ASKED'];
  const outcome = code === 'OK' ? 'ok' : skipped.includes(code) ? 'skipped' : 'failed';
  return { check, code, transport, outcome, url: null, ms: 12, message: code };
}

const online = [found('websocket', 'OK'), found('roundTrip', 'OK')];
const turns = (udp: ConnectionCheck['code'], tls: ConnectionCheck['code']) => [
  found('turn', udp, 'udp'),
  found('turn', 'TURN_NOT_OFFERED', 'tcp'),
  found('turn', tls, 'tls'),
];

test.each([
  ['good', [...online, found('stun', 'OK'), ...turns('OK', 'OK')]],
  ['good', [...online, found('stun', 'STUN_UNKNOWN'), ...turns('NO_TURN', 'NO_TURN')]],
  ['limited', [...online, found('stun', 'STUN_UNREACHABLE'), ...turns('TURN_UNREACHABLE', 'OK')]],
  ['limited', [...online, found('camera', 'DEVICE_BUSY'), found('stun', 'OK')]],
  ['risky', [...online, found('stun', 'STUN_UNREACHABLE'), ...turns('NO_TURN', 'NO_TURN')]],
  ['risky', [...online, found('stun', 'OK'), ...turns('TURN_REFUSED', 'TURN_REFUSED')]],
  ['bad', [found('websocket', 'SERVER_UNREACHABLE'), found('roundTrip', 'NOT_CHECKED')]],
])('means that calls are %s', (verdict, checks) => {
  expect(verdictOf(checks)).toBe(verdict);
});

test('a user reads what was found, and nothing twice', () => {
  const none = turns('NO_TURN', 'NO_TURN').map((one) => ({ ...one, code: 'NO_TURN' }) as const);
  const rows = (checks: readonly ConnectionCheck[]) =>
    checkRows(checks, allWords(english), 'en').map(({ name, text }) => `${name}: ${text}`);
  expect(rows([found('camera', 'NOT_ASKED'), ...online, ...none])).toEqual([
    'Connection to the server: Works.',
    'Response time: 12 ms',
    'Relay: This server has none. People behind strict firewalls may not be reachable.',
  ]);
  expect(rows([...turns('TURN_UNREACHABLE', 'OK')])).toEqual([
    'Relay over UDP: It can’t be reached this way. A firewall may block it.',
    'Relay over TLS: Works.',
  ]);
});

test.each([
  [0, 'en', '0 byte'],
  [999, 'en', '999 byte'],
  [300_000, 'de', '300 kB'],
  [3_240_000, 'de', '3,2 MB'],
  [104_857_600, 'en', '104.9 MB'],
])('%i bytes are said in %s as %s', (bytes, language, words) => {
  expect(fileSize(bytes, language)).toBe(words);
});
