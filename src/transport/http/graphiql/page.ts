import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { GRAPHQL_PATH } from '../../path.ts';
import { graphiqlPolicy } from '../headers.ts';
import { readAccountBar } from './account-bar.ts';

interface Page {
  readonly html: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
  readonly policy: string;
}

/** What the server allows the page to do. */
export interface GraphiqlOffers {
  /** Whether the server runs only persisted operations. */
  readonly persistedOnly: boolean;
  /** Whether introspection is allowed. */
  readonly introspection: boolean;
}

const made = new Map<string, Promise<Page>>();

const PERSISTED_ONLY_QUERY = `# This server runs only persisted operations: paste one from its list here.
# Everything else is refused, also the documentation.
`;

const HIDDEN_QUERY = `# This server hides its schema (INTROSPECTION=off, which is the default in production):
# operations run, but there is no documentation and nothing is completed or marked here.
query Me {
  me {
    id
    name
    email
  }
}
`;

const DEFAULT_QUERY = `# PeerQL. Sign in with the buttons above, or with a mutation; the cookie is kept.
# The documentation is behind the book on the left.
query Me {
  me {
    id
    name
    email
  }
}
`;

/**
 * Answers with GraphiQL. All of its files come from this server, so it works without internet. The page is made at its
 * first use.
 *
 * @param offers what the server allows; the page says what it cannot do
 */
export async function serveGraphiql(
  request: IncomingMessage,
  response: ServerResponse,
  { persistedOnly, introspection }: GraphiqlOffers,
): Promise<void> {
  const ordinary = introspection ? DEFAULT_QUERY : HIDDEN_QUERY;
  const query = persistedOnly ? PERSISTED_ONLY_QUERY : ordinary;
  const making = made.get(query) ?? makePage(query, !persistedOnly);
  made.set(query, making);
  const page = await making;
  response.setHeader('Content-Security-Policy', page.policy);
  response.setHeader('ETag', page.etag);
  response.setHeader('Cache-Control', 'no-cache');
  response.appendHeader('Vary', 'Accept, Accept-Encoding');
  if (request.headers['if-none-match'] === page.etag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (zipped) response.setHeader('Content-Encoding', 'gzip');
  response.end(zipped ? page.gzipped : page.html);
}

/** Whether the request asks for a page rather than for data. */
export function wantsGraphiql(request: IncomingMessage): boolean {
  return (
    request.method === 'GET' &&
    (request.headers.accept ?? '').includes('text/html') &&
    !(request.url ?? '').includes('query=')
  );
}

/** @param canSignIn whether the page may send operations of its own */
async function makePage(defaultQuery: string, canSignIn: boolean): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const text = renderGraphiQL({
    title: 'PeerQL',
    // Relative to the page's own folder, so that it works under any path prefix.
    endpoint: `.${GRAPHQL_PATH}`,
    subscriptionsProtocol: 'WS',
    credentials: 'same-origin',
    defaultQuery,
  });
  const bar = canSignIn ? await readAccountBar() : null;
  const html = Buffer.from(bar === null ? text : withPart(text, bar.html));
  const hashes = [inlineScript(text), ...(bar === null ? [] : [bar.script])].map((script) =>
    createHash('sha256').update(script).digest('base64'),
  );
  return {
    html,
    gzipped: await promisify(gzip)(html),
    etag: `"${createHash('sha256').update(html).digest('base64')}"`,
    policy: graphiqlPolicy(hashes),
  };
}

const ROOT = '<div id="root">';

function withPart(page: string, part: string): string {
  const start = page.indexOf(ROOT);
  return page.slice(0, start) + part + page.slice(start);
}

function inlineScript(html: string): string {
  const start = html.indexOf('<script>') + '<script>'.length;
  return html.slice(start, html.lastIndexOf('</script>'));
}
