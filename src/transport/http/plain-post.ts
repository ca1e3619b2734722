import type { IncomingMessage } from 'node:http';
import { isRecord, isRecordOrNone, isTextOrNone, parseJson } from '../../execution/parse-json.ts';
import type { Variables } from '../../execution/variables.ts';
import { GRAPHQL_PATH } from '../path.ts';
import { withoutMark } from './body.ts';

/** What a result can be answered as (GraphQL over HTTP, "Media Types"). */
export type ResultType = 'application/json' | 'application/graphql-response+json';

/** The parameters of a request (GraphQL over HTTP, "Request Parameters"). */
export interface RequestParams {
  readonly query?: string | null;
  readonly operationName?: string | null;
  readonly variables?: Variables | null;
  readonly extensions?: Variables | null;
}

/** A request without anything unusual, which can be answered without the objects of the Fetch standard. */
export interface PlainPost {
  readonly accepted: ResultType;
  readonly body: Buffer;
  /** Null where the body, which is without a byte order mark, is not what it should be. */
  readonly params: RequestParams | null;
}

/**
 * Reads what nearly every client sends: a POST of JSON whose size is known, to be answered by JSON. Resolves to null
 * for anything else, which is not read, and where the client has gone before the end.
 *
 * @param parsed the body, where somebody has read it already
 */
export async function readPlainPost(
  request: IncomingMessage,
  bodyBytes: number,
  parsed: Buffer | null,
): Promise<PlainPost | null> {
  const accepted = isPlain(request, bodyBytes) ? acceptedType(request.headers.accept) : null;
  if (accepted === null) return null;
  const read = parsed ?? (await readBody(request));
  if (read === null) return null;
  const body = withoutMark(read);
  return { accepted, body, params: readParams(body.toString()) };
}

function isPlain({ method, url, headers }: IncomingMessage, bodyBytes: number): boolean {
  const bytes = Number(headers['content-length']);
  return (
    method === 'POST' &&
    url === GRAPHQL_PATH &&
    headers['content-encoding'] === undefined &&
    JSON_TYPE.test(headers['content-type'] ?? '') &&
    bytes > 0 &&
    bytes <= bodyBytes
  );
}

const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;

/** The first of a list that results can be answered as; null for what needs a closer look. */
function acceptedType(accept = '*/*'): ResultType | null {
  for (const part of accept.toLowerCase().split(',')) {
    if (part.includes('charset')) return null;
    switch (part.split(';', 1)[0]?.trim()) {
      case 'application/graphql-response+json':
        return 'application/graphql-response+json';
      case 'application/json':
      case 'application/*':
      case '*/*':
        return 'application/json';
    }
  }
  return null;
}

function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => resolve(null));
  });
}

function readParams(text: string): RequestParams | null {
  const params = parseJson(text);
  if (!isRecord(params)) return null;
  for (const name in params) if (!PARAMETERS.has(name)) return null;
  const { query, operationName, variables, extensions } = params;
  const wellFormed =
    isTextOrNone(query) &&
    isTextOrNone(operationName) &&
    isRecordOrNone(variables) &&
    isRecordOrNone(extensions);
  return wellFormed ? params : null;
}

const PARAMETERS: ReadonlySet<string> = new Set([
  'query',
  'operationName',
  'variables',
  'extensions',
]);
