import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** The byte order mark of UTF-8, which a parser may ignore (RFC 8259 §8.1). */
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A body without the byte order mark that some editors and programs put before it. */
export function withoutMark(body: Buffer): Buffer {
  return body.subarray(0, MARK.length).equals(MARK) ? body.subarray(MARK.length) : body;
}

/** Whether the body is compressed or otherwise encoded. No client of this API needs that. */
export function isEncoded({ headers }: IncomingMessage): boolean {
  return !/^\s*(identity\s*)?$/i.test(headers['content-encoding'] ?? '');
}

/** Puts the media type of a request into lower case: case does not matter in it (RFC 9110 §8.3.1). */
export function normaliseMediaType({ headers }: IncomingMessage): void {
  const given = headers['content-type'];
  if (given === undefined) return;
  const [type = '', ...parameters] = given.split(';');
  headers['content-type'] = [type.trim().toLowerCase(), ...parameters].join(';');
}

/**
 * The body, if a framework in front (Express, Nest, Fastify) has already read and parsed it: as it was sent, or as JSON
 * again. The headers are changed to match it. Null if the request has not been read yet.
 *
 * @throws Error if it was read but not left in `request.body`
 */
export function parsedBody(request: IncomingMessage & { readonly body?: unknown }): Buffer | null {
  const { body, headers } = request;
  if (!request.readableDidRead) return null;
  if (body === undefined || body === null) {
    if (Number(headers['content-length'] ?? 0) === 0 && !headers['transfer-encoding']) return null;
    throw new Error(
      'The body was read before this handler got the request, and was not left in request.body.',
    );
  }
  const read = asSent(body, headers);
  delete headers['content-encoding'];
  delete headers['transfer-encoding'];
  headers['content-length'] = String(read.length);
  return read;
}

function asSent(body: unknown, headers: IncomingHttpHeaders): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'string') return Buffer.from(body);
  if (/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) {
    const fields = Object.entries(body as object).map(([name, value]) => [name, String(value)]);
    return Buffer.from(new URLSearchParams(fields).toString());
  }
  return Buffer.from(JSON.stringify(body));
}

/** Makes a request return a body that was read already, so that it can be read again. */
export function unread(request: IncomingMessage, body: Buffer): void {
  Object.assign(request, { body: new Replaced(() => inOnePart(body)) });
}

/** Makes a request return its body without the byte order mark. */
export function hideMark(request: IncomingMessage): void {
  Object.assign(request, { body: new Replaced(() => stillToCome(request)) });
}

/**
 * A body that the Fetch adapter takes as one that comes in parts. The adapter looks at own properties, so `read` must
 * be one.
 */
class Replaced {
  readonly read: () => AsyncGenerator<Buffer>;

  constructor(read: () => AsyncGenerator<Buffer>) {
    this.read = read;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    return this.read();
  }
}

async function* inOnePart(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

async function* stillToCome(request: IncomingMessage): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  // A reader that stops because the body is too long still has to answer on the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (start === null) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < MARK.length) continue;
    yield withoutMark(start);
    start = null;
  }
  if (start !== null) yield start;
}
