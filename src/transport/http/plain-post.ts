import type { IncomingMessage } from 'node:http';
import { isRecord, isRecordOrNone, isTextOrNone, parseJson } from '../../execution/parse-json.ts';
import type { Variables } from '../../execution/variables.ts';
import { GRAPHQL_PATH } from '../path.ts';
import { withoutMark } from './body.ts';

/** The media types of a result (GraphQL over HTTP, "Media Types"). */
export type ResultType = 'application/json' | 'application/graphql-response+json';

/** The parameters of a request (GraphQL over HTTP, "Request Parameters"). */
export interface RequestParams {
  readonly query?: string | null;
  readonly operationName?: string | null;
  readonly variables?: Variables | null;
  readonly extensions?: Variables | null;
}

/** A request without anything unusual, which can be answered without the objects of the Fetch standard. */
interface PlainPost {
  readonly accepted: ResultType;
  /** Null if the body is not valid. */
  readonly params: RequestParams | null;
}

/**
 * Reads the kind of request that nearly every client sends: a POST of JSON with a known size, to be answered with JSON.
 * Null for any other request.
 */
export function readPlainPost(
  request: IncomingMessage,
  bodyBytes: number,
  body: Buffer,
): PlainPost | null {
  const accepted = isPlain(request, bodyBytes) ? acceptedType(request.headers.accept) : null;
  if (accepted === null) return null;
  return { accepted, params: readParams(withoutMark(body).toString()) };
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

/** The first media type of a list that results can have; null for a header that needs a closer look. */
export function acceptedType(accept = '*/*'): ResultType | null {
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
