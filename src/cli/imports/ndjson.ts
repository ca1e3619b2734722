import { createReadStream } from 'node:fs';

/** The longest line in bytes: more than any user needs. */
export const LINE_MAX_BYTES = 65_536;

/** One user as read: the fields, or why they could not be read. */
export type Row =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly fault: string };

/**
 * The rows of a file of newline-delimited JSON, one object per line, in their order. Empty lines are counted but left
 * out. Rejects if the file cannot be read.
 */
export async function* readNdjson(path: string): AsyncGenerator<{ line: number; row: Row }> {
  let line = 0;
  for await (const bytes of lines(path)) {
    line += 1;
    if (bytes === null) {
      yield { line, row: { fault: `it is longer than ${LINE_MAX_BYTES} bytes` } };
      continue;
    }
    const row = parse(bytes, line === 1);
    if (row !== null) yield { line, row };
  }
}

/** The lines of a file; null for one that is too long, which is not kept. */
async function* lines(path: string): AsyncGenerator<Buffer | null> {
  let kept: Buffer[] = [];
  let length = 0;
  const end = (): Buffer | null => {
    const line = length > LINE_MAX_BYTES ? null : Buffer.concat(kept);
    kept = [];
    length = 0;
    return line;
  };
  const keep = (part: Buffer) => {
    length += part.length;
    if (length > LINE_MAX_BYTES) kept = [];
    else kept.push(part);
  };
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      keep(chunk.subarray(from, at));
      from = at + 1;
      yield end();
    }
    keep(chunk.subarray(from));
  }
  if (length > 0) yield end();
}

function parse(bytes: Buffer, first: boolean): Row | null {
  let text: string;
  try {
    // The decoder removes a byte order mark, which only the first line may have.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: !first }).decode(bytes).trim();
  } catch {
    return { fault: 'it is not UTF-8' };
  }
  if (text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return { fields: value };
  } catch {
    return { fault: 'it is not JSON' };
  }
  return { fault: 'it is not a JSON object' };
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
