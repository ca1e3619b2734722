import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from './json.ts';

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

/** How many characters of the list of media types that a client accepts are read. */
const ACCEPT_MAX = 1000;

/**
 * Puts the media type of a request into lower case: case does not matter in it (RFC 9110 §8.3.1). Cuts the list of those
 * that the client accepts, because sorting thousands of them takes long.
 */
export function normaliseMediaTypes({ headers }: IncomingMessage): void {
  if (headers.accept !== undefined) headers.accept = headers.accept.slice(0, ACCEPT_MAX);
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

/** Stands for a body that is too long, or that comes in too many parts. */
export const TOO_LONG = Symbol('too long');

/**
 * In how many parts a body may come. Node.js hands over each chunk of a chunked body (RFC 9112 §7.1) by itself, and a
 * chunk may have one byte.
 */
const PARTS_MAX = 1000;

/**
 * Reads a body of at most `maxBytes`. Resolves to null if the client has gone before the end, and to {@link TOO_LONG}
 * without reading the rest.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | typeof TOO_LONG | null> {
  if (request.readableEnded) return Promise.resolve(Buffer.alloc(0));
  if (request.destroyed) return Promise.resolve(null);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const take = (part: Buffer) => {
      bytes += part.length;
      if (bytes <= maxBytes && parts.push(part) <= PARTS_MAX) return;
      request.off('data', take);
      request.pause();
      resolve(TOO_LONG);
    };
    request.on('data', take);
    request.once('end', () => resolve(Buffer.concat(parts)));
    request.once('close', () => resolve(null));
  });
}

/** About what it costs to receive the beginning of a body that nobody reads, in milliseconds of the processor. */
export const UNREAD_MS = 5;

/** How long a body may be that is received although nobody reads it, in bytes. */
const UNREAD_BYTES_MAX = 65_536;

/**
 * Ends the connection with the answer if a body still comes that nobody reads, and that is long or may have no end;
 * answers whether one does. Node.js would receive the rest of it.
 */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): boolean {
  const { headers, complete } = request;
  const comes =
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > UNREAD_BYTES_MAX;
  if (complete || !comes) return false;
  response.setHeader('Connection', 'close');
  return true;
}

/** Whether a request has a body that may be read. One that says that it is too long is left to the library. */
export function isReadable({ method, headers }: IncomingMessage, bodyBytes: number): boolean {
  return method === 'POST' && !(Number(headers['content-length']) > bodyBytes);
}

/** RFC 9110 §15.5.14. */
export function refuseTooLong(request: IncomingMessage, response: ServerResponse): void {
  leaveUnread(request, response);
  const message = 'The body is too long, or comes in too many parts.';
  sendJson(response, 413, {
    errors: [{ message, extensions: { code: 'REQUEST_ENTITY_TOO_LARGE' } }],
  });
}

/** RFC 9110 §15.5.16, and what may be sent instead (§12.5.3). */
export function refuseEncoded(request: IncomingMessage, response: ServerResponse): void {
  leaveUnread(request, response);
  response.setHeader('Accept-Encoding', 'identity');
  const message = 'Send the body without Content-Encoding: none is supported.';
  const error = { message, extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } };
  sendJson(response, 415, { errors: [error] });
}

/** Makes a request return a body that was read already, so that it can be read again. */
export function unread(request: IncomingMessage, body: Buffer): void {
  Object.assign(request, { body: new Replaced(withoutMark(body)) });
}

/**
 * A body that the Fetch adapter takes as one that comes in parts. The adapter looks at own properties, so `read` must
 * be one.
 */
class Replaced {
  readonly read: () => AsyncGenerator<Buffer>;

  constructor(body: Buffer) {
    this.read = async function* inOnePart() {
      yield body;
    };
  }

  [Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    return this.read();
  }
}
