import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { createYoga, type GraphQLParams, type Plugin, processRegularResult } from 'graphql-yoga';
import { newId } from '../../domain/identifier.ts';
import { isRefused } from '../../execution/operation.ts';
import type { Operations } from '../../execution/operations.ts';
import { persistedHash } from '../../execution/persisted.ts';
import type { Context, HttpExchange, Services } from '../../graphql/context.ts';
import type { ClientAddresses } from '../client-address.ts';
import type { OriginPolicy } from '../origin.ts';
import { GRAPHQL_PATH } from '../path.ts';
import type { SessionCookie } from '../session-cookie.ts';
import { userAgentOf } from '../user-agent.ts';
import type { AdminToken } from './admin-token.ts';
import { hideMark, isEncoded, normaliseMediaType, parsedBody, unread } from './body.ts';
import { sendJson } from './json.ts';
import { type PlainPost, type RequestParams, readPlainPost } from './plain-post.ts';

interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
}

interface Parts {
  readonly operations: Operations;
  readonly services: Services;
  readonly cookie: SessionCookie;
  readonly addresses: ClientAddresses;
  readonly origins: OriginPolicy;
  readonly adminToken: AdminToken;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
}

/** How long a browser keeps the cookie that names its device, in milliseconds. */
const DEVICE_MS = 180 * 86_400_000;

/** Answers a request. What fails in it is told and logged by `requestId`. */
export type GraphqlHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
) => Promise<void>;

/**
 * GraphQL over HTTP: Yoga speaks the protocol, on operations that were prepared once, as on a WebSocket. What nearly
 * every request is, JSON for JSON and no errors, is answered past it: the objects of the Fetch standard cost more than
 * all that such a request is about, and a flood of requests must not be felt by calls.
 */
export function createGraphqlHandler(parts: Parts): GraphqlHandler {
  const { operations, services, cookie, addresses, origins, adminToken } = parts;
  const runner: Plugin<object, ServerContext> = {
    onRequestParse: ({ requestParser, setRequestParser }) => {
      if (requestParser !== undefined) setRequestParser(refusingBadJson(requestParser));
    },
    onParams: ({ params, setParams, setParamsHandler }) => {
      if (params.query === undefined && persistedHash(params.extensions) !== null) {
        const query = operations.persistedText(params.extensions);
        // Thrown, since a result that is set here does not keep Yoga from asking for a document.
        if (typeof query !== 'string') throw badRequest(query).errors?.[0];
        setParams({ ...params, query });
      }
      setParamsHandler(async ({ params, request, context }) =>
        withText(await run(params, request.method, context)),
      );
    },
  };
  const yoga = createYoga<ServerContext>({
    schema: operations.schema,
    graphqlEndpoint: GRAPHQL_PATH,
    maxRequestBodySize: parts.bodyBytes,
    // Done elsewhere, for both ways in: masking and limits with the operations, CORS before this, GraphiQL beside it.
    maskedErrors: false,
    parserAndValidationCache: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    logging: false,
    plugins: [runner],
  });
  return async (request, response, requestId) => {
    const server: ServerContext = { req: request, res: response, requestId };
    const parsed = parsedBody(request);
    if (isEncoded(request)) return refuseEncoded(response);
    normaliseMediaType(request);
    const post = await readPlainPost(request, parts.bodyBytes, parsed);
    if (post !== null) {
      const params = post.params && withDocument(post.params);
      if (params) return answer(post, await run(params, 'POST', server), response);
      unread(request, post.body);
    } else if (parsed !== null) unread(request, parsed);
    else if (request.destroyed) return;
    else if (request.method === 'POST') hideMark(request);
    await yoga(withOwnTarget(request), response, server);
  };

  /** Null where there is none. */
  function withDocument(params: RequestParams): RequestParams | null {
    const query = params.query ?? operations.persistedText(params.extensions);
    return typeof query === 'string' && query !== '' ? { ...params, query } : null;
  }

  /** What errors say of the status and the headers is the library's. */
  async function answer(
    { accepted }: PlainPost,
    result: ExecutionResult,
    response: ServerResponse,
  ): Promise<void> {
    let body: string;
    if (result.errors === undefined) {
      response.setHeader('Content-Type', `${accepted}; charset=utf-8`);
      body = JSON.stringify(result);
    } else {
      const regular = processRegularResult(result, yoga.fetchAPI, accepted);
      response.statusCode = regular.status;
      for (const [name, value] of regular.headers) response.setHeader(name, value);
      body = textOf(result, result.errors);
    }
    response.setHeader('Content-Length', Buffer.byteLength(body));
    response.end(body);
  }

  function run(
    params: RequestParams | GraphQLParams,
    method: string,
    server: ServerContext,
  ): Promise<ExecutionResult> {
    return execute(params, method, server).catch((error: unknown) =>
      operations.failed(error, server.requestId),
    );
  }

  async function execute(
    params: RequestParams | GraphQLParams,
    method: string,
    server: ServerContext,
  ): Promise<ExecutionResult> {
    const name: unknown = params.operationName ?? null;
    if (name !== null && typeof name !== 'string') return { errors: [namedBadly()] };
    const address = addresses.of(server.req);
    const operation = operations.prepare(params.query ?? '', name, address);
    if (isRefused(operation)) return badRequest(operation);
    if (operation.type === 'subscription') return badRequest([overWebSocket()]);
    if (operation.type === 'mutation' && method !== 'POST') return { errors: [byPost()] };
    const context = await contextOf(server, address);
    const result = await operation.answer(context, params.variables);
    return result.data === undefined && result.errors ? badRequest(result.errors) : result;
  }

  async function contextOf(
    { req, res, requestId }: ServerContext,
    address: string,
  ): Promise<Context> {
    const { authorization } = req.headers;
    const host = origins.hostOf(req);
    const token = readBearer(authorization) ?? cookie.read(req.headers.cookie);
    const device = cookie.readDevice(req.headers.cookie);
    const caller =
      token === null ? null : await services.sessions.authenticate(token, address, device);
    // Asked for more than once by one request, a wrong token counts once.
    let admin: Promise<void> | null = null;
    const exchange: HttpExchange = {
      requestId,
      setSessionCookie: (value, expires) =>
        res.appendHeader('Set-Cookie', cookie.write(value, expires, host)),
      rememberDevice: () => {
        if (device !== null) return;
        const expires = new Date(Date.now() + DEVICE_MS);
        res.appendHeader('Set-Cookie', cookie.writeDevice(newId(), expires, host));
      },
      clearSessionCookie: () => res.appendHeader('Set-Cookie', cookie.clear(host)),
      authorizeAdmin: () => {
        admin ??= adminToken.check(req.headers, address);
        return admin;
      },
    };
    return { services, caller, exchange, address, userAgent: userAgentOf(req.headers) };
  }
}

/** A request as the Fetch adapter shall see it: of Express' it takes the whole target, mount and all, and the query anew. */
function withOwnTarget(request: IncomingMessage): IncomingMessage {
  if (!('originalUrl' in request)) return request;
  const { url } = request;
  return Object.create(request, { originalUrl: { value: url }, query: { value: undefined } });
}

/** RFC 9110 §15.5.16, and what may be sent instead (§12.5.3). */
function refuseEncoded(response: ServerResponse): void {
  response.setHeader('Accept-Encoding', 'identity');
  const message = 'Send the body as it is: no Content-Encoding is taken.';
  const error = { message, extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } };
  sendJson(response, 415, { errors: [error] });
}

/** A result that brings its own text where it has errors, for the library. */
function withText(result: ExecutionResult) {
  const { errors } = result;
  return errors === undefined ? result : { ...result, stringify: () => textOf(result, errors) };
}

/** The library's own text of errors has lost their places, which it finds by reading the document again. */
function textOf(result: ExecutionResult, errors: readonly GraphQLError[]): string {
  return JSON.stringify({ ...result, errors: errors.map(toSent) });
}

/** An error without what is only meant for the status and the headers. */
function toSent(error: GraphQLError): GraphQLFormattedError {
  const { extensions = {}, ...told } = error.toJSON();
  const { http: _http, ...sent } = extensions;
  return Object.keys(sent).length === 0 ? told : { ...told, extensions: sent };
}

/** RFC 6750 §2.1. */
function readBearer(header: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null;
}

/** Nothing was run: 400 to a client of `application/graphql-response+json`, as GraphQL over HTTP says. */
function badRequest(errors: readonly GraphQLError[]): ExecutionResult {
  for (const error of errors) {
    error.extensions.http ??= { spec: true, status: 400 };
  }
  return { errors };
}

type Parser = Parameters<
  Parameters<NonNullable<Plugin['onRequestParse']>>[0]['setRequestParser']
>[0];

/** The library takes parameters of a URL that are no JSON for a failure of the server. */
function refusingBadJson(parse: Parser): Parser {
  return async (request) => {
    try {
      return await parse(request);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const extensions = { code: 'BAD_REQUEST', http: { status: 400 } };
      throw new GraphQLError('A parameter of the URL is not JSON.', { extensions });
    }
  };
}

function namedBadly(): GraphQLError {
  const extensions = { code: 'BAD_REQUEST', http: { status: 400 } };
  return new GraphQLError('operationName must be a string or null.', { extensions });
}

function overWebSocket(): GraphQLError {
  return new GraphQLError('Subscriptions are served over WebSocket (graphql-transport-ws) only.', {
    extensions: { code: 'WEBSOCKET_ONLY' },
  });
}

function byPost(): GraphQLError {
  const extensions = { http: { status: 405, headers: { Allow: 'POST' } } };
  return new GraphQLError('Mutations are accepted by POST only.', { extensions });
}
