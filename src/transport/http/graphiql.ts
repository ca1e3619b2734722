import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { GRAPHQL_PATH } from '../path.ts';
import { graphiqlPolicy } from './headers.ts';

interface Page {
  readonly html: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
  readonly policy: string;
}

/** What the server does for the page. */
export interface GraphiqlOffers {
  /** Whether operations that are on no list are refused. */
  readonly persistedOnly: boolean;
  /** Whether the schema may be asked for. */
  readonly introspection: boolean;
}

const made = new Map<string, Promise<Page>>();

const PERSISTED_ONLY_QUERY = `# This server runs persisted operations only: paste one of its list here.
# Anything else, the documentation too, is refused.
`;

const HIDDEN_QUERY = `# This server hides its schema (INTROSPECTION=off, which production has unless it is told otherwise):
# operations run, but there is no documentation and nothing is completed or marked here.
query Me {
  me {
    id
    name
    email
  }
}
`;

const DEFAULT_QUERY = `# PeerQL. Register or sign in with a mutation first; the cookie is kept.
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
 * Answers with GraphiQL, all of it from this server: it works without internet. The page is made at its first use.
 *
 * @param offers what the page cannot do here it says
 */
export async function serveGraphiql(
  request: IncomingMessage,
  response: ServerResponse,
  { persistedOnly, introspection }: GraphiqlOffers,
): Promise<void> {
  const ordinary = introspection ? DEFAULT_QUERY : HIDDEN_QUERY;
  const query = persistedOnly ? PERSISTED_ONLY_QUERY : ordinary;
  const making = made.get(query) ?? makePage(query);
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

async function makePage(defaultQuery: string): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const text = renderGraphiQL({
    title: 'PeerQL',
    // From the page's own folder on, whatever path stands before it.
    endpoint: `.${GRAPHQL_PATH}`,
    subscriptionsProtocol: 'WS',
    credentials: 'same-origin',
    defaultQuery,
  });
  const html = Buffer.from(text);
  const hash = createHash('sha256').update(inlineScript(text)).digest('base64');
  return {
    html,
    gzipped: await promisify(gzip)(html),
    etag: `"${hash}"`,
    policy: graphiqlPolicy(hash),
  };
}

function inlineScript(html: string): string {
  const start = html.indexOf('<script>') + '<script>'.length;
  return html.slice(start, html.lastIndexOf('</script>'));
}
