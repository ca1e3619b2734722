import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBody } from '../../src/transport/http/body.ts';
import { readPlainPost } from '../../src/transport/http/plain-post.ts';
import { send } from '../kit/http.ts';

const BODY_BYTES = 64;
const BODY = '{"query":"{ me { id } }"}';

let server: Server;
let url: string;

/** Tells what it takes a request for. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await readBody(request, 10 * BODY_BYTES);
    const post = Buffer.isBuffer(body) ? readPlainPost(request, BODY_BYTES, body) : null;
    response.end(JSON.stringify(post && { accepted: post.accepted, params: post.params }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

async function read({
  method = 'POST',
  path = '/graphql',
  headers = {},
  body = BODY,
} = {}): Promise<unknown> {
  const { text } = await send(url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return JSON.parse(text);
}

const params = { query: '{ me { id } }' };

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  [
    'application/graphql-response+json, application/json;q=0.9',
    'application/graphql-response+json',
  ],
  ['text/event-stream, application/json', 'application/json'],
])('what accepts %s is plain and answered as %s', async (accept, accepted) => {
  const headers: Record<string, string> = accept === undefined ? {} : { accept };
  expect(await read({ headers })).toEqual({ accepted, params });
});

test.each([
  ['a GET', { method: 'GET', path: '/graphql?query={me{id}}', body: '' }],
  ['parameters in the URL', { path: '/graphql?query={me{id}}' }],
  ['another content type', { headers: { 'content-type': 'application/graphql+json' } }],
  ['another charset', { headers: { 'content-type': 'application/json; charset=latin1' } }],
  ['a compressed body', { headers: { 'content-encoding': 'gzip' } }],
  ['a body of unknown size', { headers: { 'transfer-encoding': 'chunked' } }],
  ['an answer of another type', { headers: { accept: 'text/event-stream' } }],
  ['no body', { body: '' }],
])('%s is not plain', async (_what, request) => {
  expect(await read(request)).toBeNull();
});

test('a body at the limit is plain, and none past it', async () => {
  expect(await read({ body: BODY.padEnd(BODY_BYTES) })).toEqual({
    accepted: 'application/json',
    params,
  });
  expect(await read({ body: BODY.padEnd(BODY_BYTES + 1) })).toBeNull();
});

test.each(['{', '[]', '{"query":1}', '{"query":"{ me { id } }","variables":[]}', '{"other":1}'])(
  'a body of %s has no parameters',
  async (body) => {
    expect(await read({ body })).toEqual({ accepted: 'application/json', params: null });
  },
);
