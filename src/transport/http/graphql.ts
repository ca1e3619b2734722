import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { createYoga, type GraphQLParams, type Plugin, processRegularResult } from 'graphql-yoga';
import { newId } from '../../domain/identifier.ts';
import { isRefused } from '../../execution/operation.ts';
import type { Operations } from '../../execution/operations.ts';
import { persistedHash } from '../../execution/persisted.ts';
import type { Context, HttpExchange, Services } from '../../graphql/context.ts';
import type { ClientAddresses } from '../client-address.ts';
import type { HostIdentity } from '../host-identity.ts';
import type { OriginPolicy } from '../origin.ts';
import { GRAPHQL_PATH } from '../path.ts';
import type { SessionCookie } from '../session-cookie.ts';
import { userAgentOf } from '../user-agent.ts';
import type { AdminToken } from './admin-token.ts';
import {
  isEncoded,
  isReadable,
  leaveUnread,
  normaliseMediaTypes,
  parsedBody,
  readBody,
  refuseEncoded,
  refuseTooLong,
  TOO_LONG,
  UNREAD_MS,
  unread,
} from './body.ts';
import { acceptedType, type RequestParams, type ResultType, readPlainPost } from './plain-post.ts';

interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
}

interface GraphqlHandlerOptions {
  readonly operations: Operations;
  readonly services: Services;
  readonly cookie: SessionCookie;
  readonly addresses: ClientAddresses;
  readonly origins: OriginPolicy;
  readonly adminToken: AdminToken;
  /** Null if no embedding program says who makes a request. */
  readonly identity: HostIdentity | null;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
}

/**
 * What requests cost their addresses, in milliseconds of the processor: about what answering one by the library takes,
 * and one whose body is in too many parts, of which Node.js hands over what it has received.
 */
const ODD_MS = 2;
const TOO_LONG_MS = 20;
/** How long a browser keeps the device cookie, in milliseconds. */
const DEVICE_MS = 180 * 86_400_000;

/** Answers a request. Its failures are reported and logged with `requestId`. */
export type GraphqlHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
) => Promise<void>;

/**
 * GraphQL over HTTP. Yoga speaks the protocol; the operations are the same prepared ones as on a WebSocket. Nearly
 * every request is plain: JSON in, JSON out. Such requests are answered without Yoga, because the objects of the Fetch
 * standard cost more than all the rest of the request, and a flood of requests must not slow down calls.
 */
export function createGraphqlHandler(options: GraphqlHandlerOptions): GraphqlHandler {
  const { operations, services, cookie, addresses, origins, adminToken, identity } = options;
  const { budget } = operations;
  const runner: Plugin<object, ServerContext> = {
    onRequestParse: ({ requestParser, setRequestParser }) => {
      if (requestParser !== undefined) setRequestParser(refusingBadJson(requestParser));
    },
    onParams: ({ params, setParams, setParamsHandler }) => {
      if (params.query === undefined && persistedHash(params.extensions) !== null) {
        const query = operations.persistedText(params.extensions);
        // It is thrown, because setting a result here does not stop Yoga from asking for a document.
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
    maxRequestBodySize: options.bodyBytes,
    // These are done elsewhere for HTTP and WebSocket alike: masking and limits by the operations, CORS and GraphiQL
    // before this handler.
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
    const address = addresses.of(request);
    const parsed = parsedBody(request);
    if (isEncoded(request)) {
      budget.spendAt(address, UNREAD_MS);
      return refuseEncoded(request, response);
    }
    normaliseMediaTypes(request);
    const isRead = parsed === null && isReadable(request, options.bodyBytes);
    const body = isRead ? await readBody(request, options.bodyBytes) : parsed;
    if (isRead && body === null) return;
    if (body === TOO_LONG) {
      budget.spendAt(address, TOO_LONG_MS);
      return refuseTooLong(request, response);
    }
    const spent = budget.refusalAt(address);
    if (spent !== null) {
      leaveUnread(request, response);
      const accepted = acceptedType(request.headers.accept) ?? 'application/json';
      return answer(accepted, badRequest([spent]), response);
    }
    if (body !== null) {
      const began = budget.now();
      const post = readPlainPost(request, options.bodyBytes, body);
      budget.spendAt(address, budget.since(began));
      const params = post?.params && withDocument(post.params);
      if (post && params) return answer(post.accepted, await run(params, 'POST', server), response);
      unread(request, body);
    } else leaveUnread(request, response);
    budget.spendAt(address, ODD_MS);
    await yoga(withOwnTarget(request), response, server);
  };

  /** Null if there is no document. */
  function withDocument(params: RequestParams): RequestParams | null {
    const query = params.query ?? operations.persistedText(params.extensions);
    return typeof query === 'string' && query !== '' ? { ...params, query } : null;
  }

  /** For errors, the library decides the status and the headers. */
  async function answer(
    accepted: ResultType,
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
    const bearer = readBearer(authorization);
    const token = bearer ?? cookie.read(req.headers.cookie);
    const device = cookie.readDevice(req.headers.cookie);
    const userAgent = userAgentOf(req.headers);
    const visit = { address, device, userAgent };
    const known = bearer === null && identity !== null ? await identity.of(req, visit) : null;
    const shown = known !== null ? null : token;
    const caller = shown === null ? known : await services.authentication.ofRequest(shown, visit);
    // If one request asks several times, a wrong token counts only once.
    let admin: Promise<void> | null = null;
    const exchange: HttpExchange = {
      requestId,
      byCookie: bearer === null && known === null,
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
    return { services, caller, exchange, address, userAgent };
  }
}

/**
 * The request in the form that the Fetch adapter needs: for a request of Express, the adapter would use the whole
 * target with the mount path, and the parsed query.
 */
function withOwnTarget(request: IncomingMessage): IncomingMessage {
  if (!('originalUrl' in request)) return request;
  const { url } = request;
  return Object.create(request, { originalUrl: { value: url }, query: { value: undefined } });
}

/** A result for the library that brings its own text if it has errors. */
function withText(result: ExecutionResult) {
  const { errors } = result;
  return errors === undefined ? result : { ...result, stringify: () => textOf(result, errors) };
}

/** The library's text of errors lacks their locations, since it would have to read the document again to find them. */
function textOf(result: ExecutionResult, errors: readonly GraphQLError[]): string {
  return JSON.stringify({ ...result, errors: errors.map(toSent) });
}

/** An error without the extensions that only set the status and the headers. */
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

/** The library would report URL parameters that are not JSON as a failure of the server. */
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
