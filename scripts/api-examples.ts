import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One operation in each `NAME.graphql`, with its variables and its answer in `NAME.json`. */
export const EXAMPLES = join(import.meta.dirname, '../docs/examples');

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Example {
  readonly variables: Json;
  /** The `data` of the answer; test/integration/api-examples.test.ts writes it. */
  readonly answer: Json;
}

/** The names of all examples: the fields that they call, such as `createRoom` and `admin.rooms`. */
export function exampleNames(): string[] {
  return readdirSync(EXAMPLES)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => file.slice(0, -'.graphql'.length))
    .sort();
}

export function readExample(name: string): Example {
  return JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), 'utf8'));
}

/** An example as its file has it. */
export function written({ variables, answer }: Example): string {
  return `${json({ variables, answer })}\n`;
}

/** JSON for readers: whatever fits on a line stands on one. */
function json(value: Json, indent = ''): string {
  const line = oneLine(value);
  if (indent.length + line.length <= 90 || value === null || typeof value !== 'object') return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((one) => json(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${json(one, inner)}`);
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

function oneLine(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}: ${oneLine(one)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** The example of an operation as it stands in the API reference; a word that says so if there is none. */
export function exampleOf(name: string): string[] {
  if (!exampleNames().includes(name)) return [`(There is no docs/examples/${name}.graphql.)`, ''];
  const query = readFileSync(join(EXAMPLES, `${name}.graphql`), 'utf8').trim();
  const { variables, answer } = readExample(name);
  const isEmpty = oneLine(variables) === '{}';
  return [
    '```graphql',
    query,
    '```',
    '',
    isEmpty ? 'The answer:' : 'Its variables, and the answer:',
    '',
    '```json',
    isEmpty ? json({ data: answer }) : json({ variables, data: answer }),
    '```',
    '',
  ];
}
