import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** Sends a request with exactly these headers: `fetch` adds some and refuses others. */
export async function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<RawAnswer> {
  const sent = request(url, { method: options.method ?? 'GET', headers: options.headers ?? {} });
  sent.end(options.body);
  const [response] = await once(sent, 'response');
  // The server may end the connection before all of a body that it refuses was sent.
  sent.on('error', () => {});
  const body = await buffer(response);
  return { status: response.statusCode, headers: response.headers, body, text: body.toString() };
}
