import { beforeEach, expect, test } from 'vitest';
import { type FramedWindow, ParentPage } from '../src/page/embed/parent-page.ts';

const SHOP = 'https://shop.example';
const OTHER = 'https://other.example';
const HELLO = { peerql: 'joined', room: 'r', participant: 'p' } as const;

let sent: [unknown, unknown][];
let asked: string[];
const parent = {
  postMessage: (message: unknown, to?: unknown) => {
    sent.push([message, to]);
  },
};

beforeEach(() => {
  sent = [];
  asked = [];
});

/** A page in a frame; `ancestors` is what the browser says of the pages around, if it says that. */
function framed(ancestors?: readonly string[]) {
  const listeners: ((event: MessageEvent) => void)[] = [];
  const window: FramedWindow = {
    parent,
    location: ancestors === undefined ? {} : { ancestorOrigins: ancestors },
    addEventListener: (_type, listener) => listeners.push(listener),
  };
  const page = new ParentPage(window, [SHOP, OTHER]);
  page.listen({ mute: () => asked.push('mute'), leave: () => asked.push('leave') });
  const hear = (data: unknown, origin = SHOP, source: unknown = parent) => {
    for (const listener of listeners) listener({ data, origin, source } as MessageEvent);
  };
  return { page, hear };
}

test('tells its parent, and nobody else', () => {
  framed([SHOP, OTHER]).page.tell(HELLO);
  expect(sent).toEqual([[{ ...HELLO, version: 1 }, SHOP]]);
});

test('tells nothing to a parent that is not named', () => {
  framed(['https://evil.example']).page.tell(HELLO);
  expect(sent).toEqual([]);
});

test('where the browser does not name the parent, it leaves the choice of the named ones to it', () => {
  framed().page.tell(HELLO);
  expect(sent.map(([, to]) => to)).toEqual([SHOP, OTHER]);
});

test('does what its parent asks', () => {
  const { hear } = framed([SHOP]);
  hear({ peerql: 'mute', version: 1 });
  hear({ peerql: 'leave', version: 1 }, OTHER);
  expect(asked).toEqual(['mute', 'leave']);
});

test('ignores other windows and origins', () => {
  const { hear } = framed([SHOP]);
  const leave = { peerql: 'leave', version: 1 };
  hear(leave, SHOP, { postMessage() {} });
  hear(leave, SHOP, null);
  hear(leave, 'https://evil.example');
  hear(leave, 'null');
  expect(asked).toEqual([]);
});

test.each([
  [null],
  ['leave'],
  [{}],
  [{ peerql: 'leave' }],
  [{ peerql: 'leave', version: 2 }],
  [{ peerql: 'leave', version: '1' }],
  [{ peerql: 'unmute', version: 1 }],
  [{ peerql: 'constructor', version: 1 }],
  [{ peerql: 'joined', version: 1 }],
])('ignores %j', (data) => {
  framed([SHOP]).hear(data);
  expect(asked).toEqual([]);
});
