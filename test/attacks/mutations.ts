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
