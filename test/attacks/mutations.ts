import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Random = () => number;

const FOLDER = new URL('../../src/client/operations/', import.meta.url);

/** What fuzzing starts from: every operation of the SDK. */
const OPERATIONS = readdirSync(FOLDER)
  .map((file) => readFileSync(fileURLToPath(new URL(file, FOLDER)), 'utf8'))
  .join('\n');

const DEFINITIONS = OPERATIONS.split(/\n(?=fragment|query|mutation|subscription)/);
const DOCUMENTS = DEFINITIONS.filter((text) => /^(query|mutation|subscription)/.test(text))
  .map(withFragments)
  .concat('{ __typename }', '{ __schema { types { name } } }', '{ me { id name email } }');

/** A document with the fragments that it spreads, and those that these spread. */
function withFragments(text: string): string {
  let whole = text;
  for (;;) {
    const missing = DEFINITIONS.find((definition) => {
      const name = /^fragment (\w+)/.exec(definition)?.[1];
      if (name === undefined || !new RegExp(`\\.\\.\\.\\s*${name}\\b`).test(whole)) return false;
      return !whole.includes(`fragment ${name} `);
    });
    if (missing === undefined) return whole;
    whole = `${whole}\n${missing}`;
  }
}

const TOKENS = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '...',
  '!',
  '$',
  '@',
  ':',
  '=',
  '|',
  '&',
  '"',
  '"""',
  '#',
  ',',
  '\\',
  '$x',
  '@skip(if: true)',
  '@include(if: $x)',
  '@defer',
  'on',
  'fragment F on Account { ...F }',
  '...F',
  'null',
  'true',
  '1e309',
  '-0',
  '99999999999999999999',
  '"\\u0000"',
  '"\\uD800"',
  '__proto__',
  'constructor',
  '__typename',
  'me',
  'room(id: 5)',
  'login',
  '\u0000',
  '\uffff',
  '\u202e',
  '💥',
];

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  'x'.repeat(2000),
  '\u0000',
  '__proto__',
  [],
  [[[[]]]],
  {},
  { __proto__: null },
  { input: null },
  { input: [] },
  { input: { input: {} } },
  '0'.repeat(16),
  -0,
  Array.from({ length: 3000 }, (_, at) => at),
  Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`k${at}`, at])),
  JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`),
];

const MESSAGES = [
  '{"type":"connection_init"}',
  '{"type":"connection_init","payload":{"token":"x.y.z"}}',
  '{"type":"ping"}',
  '{"type":"ping","payload":{"a":[1,2,{"b":null}]}}',
  '{"type":"pong"}',
  '{"id":"a","type":"subscribe","payload":{"query":"{ __typename }"}}',
  '{"id":"a","type":"subscribe","payload":{"query":"{ me { id } }","variables":{},"operationName":null,"extensions":{}}}',
  '{"id":"a","type":"complete"}',
  `{"id":"${'a'.repeat(128)}","type":"subscribe","payload":{"query":"{ __typename }"}}`,
  `{"id":"${'a'.repeat(129)}","type":"subscribe","payload":{"query":"{ __typename }"}}`,
  '{"id":"__proto__","type":"subscribe","payload":{"query":"subscription { roomEvents(roomId: \\"0\\") { __typename } }"}}',
  '{"id":"constructor","type":"complete"}',
  '{"id":"","type":"subscribe","payload":{"query":"{ __typename }"}}',
  '{"id":"a","type":"next","payload":{}}',
  '{"id":"a","type":"error","payload":[]}',
];

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** A document of the SDK with a few of its tokens changed, left out, repeated or put elsewhere. */
export function mutatedDocument(random: Random): string {
  const parts = pick(random, DOCUMENTS).split(/(?<=\W)|(?=\W)/);
  for (let changes = Math.floor(random() * random() * 7); changes > 0; changes -= 1) {
    const at = Math.floor(random() * parts.length);
    const kind = random();
    if (kind < 0.3) parts.splice(at, 1);
    else if (kind < 0.6) parts[at] = pick(random, TOKENS);
    else if (kind < 0.8) parts.splice(at, 0, pick(random, TOKENS));
    else if (kind < 0.9) parts.splice(at, 0, ...parts.slice(at, at + Math.floor(random() * 20)));
    else parts.splice(at, 0, pick(random, parts));
  }
  return parts.join('');
}

/** A document of a shape that some walk over it could stumble on, of up to some kilobytes. */
export function oddDocument(random: Random): string {
  const many = (most: number) => 1 + Math.floor(random() * random() * most);
  const times = <T>(count: number, make: (at: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  return pick<() => string>(random, [
    // Each spreads the next one twice; the last one is unknown, or the first again.
    () => {
      const count = many(60);
      const last = pick(random, ['Unknown', 'F0', '__proto__', 'on']);
      const next = (at: number) => (at + 1 < count ? `F${at + 1}` : last);
      return `{ ...F0 } ${times(count, (i) => `fragment F${i} on Query { ...${next(i)} ...${next(i)} }`).join(' ')}`;
    },
    () =>
      `query(${times(many(300), (i) => `$v${i}: ${pick(random, ['Int', '[[ID!]!]!', 'Nope', 'CreateRoomInput!'])}`).join(' ')}) { __typename }`,
    () => `query($x: ${'['.repeat(many(400))}ID${']'.repeat(many(400))}) { __typename }`,
    () =>
      `{ ${times(many(60), (i) => `a${i}: rooms(first: ${pick(random, ['50', '-1', '1e9', '[1]'])}) { edges { node { bans { id } participants { id } } } }`).join(' ')} }`,
    () => `{ room(id: ${'[{a:'.repeat(many(200))}1${'}]'.repeat(many(200))}) { id } }`,
    () => `{ ${'__typename @skip(if: false) '.repeat(many(100))} }`,
    () =>
      `{ a: __schema { types { name } } b: ${pick(random, ['__schema { types { fields { type { name } } } }', '__type(name: "Query") { name }'])} }`,
    () =>
      `subscription { roomEvents(roomId: "${pick(random, ODD_TEXTS)}", clientKey: "${'k'.repeat(many(400))}", after: "${pick(random, ODD_TEXTS)}") { __typename } }`,
  ])();
}

/** Texts that names, ids and cursors are not, or not quite. */
const ODD_TEXTS = [
  '\u3164',
  '\u2800',
  'A\u202Ea',
  '\u{E0041}',
  'Аnn',
  'a\u0301\u0301\u0301\u0301\u0301\u0301',
  '\uD800',
  '👩‍👩‍👧‍👦',
  'n'.repeat(5000),
  '0'.repeat(16),
  'f'.repeat(16),
  '0.0',
  '18446744073709551616',
  ' ',
];

/** Calls with inputs that are nearly right, of what asks a room's or an account's rules: a document and its variables. */
export function oddCall(random: Random): { query: string; variables: object } {
  const text = () => pick(random, ODD_TEXTS);
  const values: Readonly<Record<string, () => unknown>> = {
    createRoom: () => ({
      name: text(),
      relayOnly: pick(random, VALUES),
      capacity: pick(random, VALUES),
    }),
    updateRoom: () => ({
      roomId: text(),
      relayOnly: random() < 0.5,
      access: pick(random, ['OPEN', 'SHUT', null]),
    }),
    unbanFromRoom: () => ({ roomId: text(), userId: text() }),
    removeParticipant: () => ({ roomId: text(), participantId: text(), ban: pick(random, VALUES) }),
    denyParticipant: () => ({ roomId: text(), knockId: text(), ban: pick(random, VALUES) }),
    enterAsGuest: () => ({
      roomId: text(),
      name: text(),
      delivery: pick(random, ['BEARER', 'COOKIE', 'NONE']),
    }),
    updateProfile: () => ({ name: text() }),
    sendMessage: () => ({ roomId: text(), to: text(), text: text(), messageId: text() }),
    sendIceCandidates: () => ({
      roomId: text(),
      to: text(),
      candidates: Array.from({ length: Math.floor(random() * 200) }, () => ({
        candidate: text(),
        sdpMid: text(),
        sdpMLineIndex: pick(random, VALUES),
      })),
    }),
    // A password that is wrong, or that only a guest need not give.
    deleteAccount: () => pick<object>(random, [{}, { password: null }, { password: text() }]),
    verifyEmail: () => ({ token: text() }),
  };
  const name = pick(random, Object.keys(values));
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return {
    query: `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Error { message } ... on InvalidInputError { issues { path message } } } }`,
    variables: { input: values[name]?.() },
  };
}

/** Variables that no client sends. */
export function randomVariables(random: Random): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  const names = ['input', 'roomId', 'id', 'first', 'after', 'x', 'constructor', 'clientKey'];
  for (let count = Math.floor(random() * 4); count > 0; count -= 1) {
    variables[pick(random, names)] = pick(random, VALUES);
  }
  return variables;
}

/** A message of the protocol with some of its characters changed. */
export function mutatedMessage(random: Random): string {
  return mutatedBytes(random, Buffer.from(pick(random, MESSAGES))).toString('latin1');
}

export function mutatedBytes(random: Random, bytes: Buffer): Buffer {
  const mutated = Buffer.from(bytes);
  for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes -= 1) {
    const at = Math.floor(random() * mutated.length);
    mutated[at] =
      random() < 0.5
        ? Math.floor(random() * 256)
        : (mutated[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  }
  return random() < 0.2 ? mutated.subarray(0, Math.floor(random() * mutated.length)) : mutated;
}
