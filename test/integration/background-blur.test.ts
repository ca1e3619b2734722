import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { securityHeaders } from '../../src/transport/http/headers.ts';
import { openPages } from '../../src/transport/http/pages.ts';
import { send } from '../kit/http.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const pagesFolder = fileURLToPath(new URL('../fixtures/page', import.meta.url));
const policyOf = ({ headers }: { readonly headers: object }) =>
  String(Object(headers)['content-security-policy']);

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ overrides: { pagesFolder } });
});
afterAll(() => server?.close());

test('the files of the installed segmenter are served, and no others beside them', async () => {
  const settings = await send(`${server.url}/page.json`);
  expect(JSON.parse(settings.text)).toEqual({ backgroundBlur: true });
  const script = await send(`${server.url}/selfie_segmentation/selfie_segmentation.js`);
  expect(script.status).toBe(200);
  expect(script.headers['content-type']).toContain('javascript');
  const wasm = 'selfie_segmentation_solution_simd_wasm_bin.wasm';
  const { headers } = await send(`${server.url}/selfie_segmentation/${wasm}`);
  expect(headers['content-type']).toBe('application/wasm');
  for (const path of ['nothing.js', '', '../package.json', '%2e%2e/selfie_segmentation.js']) {
    const answer = await send(`${server.url}/selfie_segmentation/${path}`);
    expect(answer.status, path).toBe(404);
  }
  // WebAssembly is all that the policy allows besides.
  const policy = policyOf(await send(`${server.url}/`));
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
});

test('without it the page says so, and its policy allows no WebAssembly', async () => {
  const pages = openPages(pagesFolder, [], null);
  const headers = securityHeaders(false, [], false);
  expect(pages?.takes('/selfie_segmentation/selfie_segmentation.js')).toBe(false);
  const plain = createServer((request, response) => {
    headers(request, response);
    void pages?.serve(request, response);
  });
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  try {
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const settings = await send(`${url}/page.json`);
    expect(JSON.parse(settings.text)).toEqual({ backgroundBlur: false });
    expect(policyOf(settings)).toContain("script-src 'self';");
  } finally {
    plain.close();
  }
});
