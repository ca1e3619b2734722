import { join } from 'node:path';
import { ExecutionBudget } from '../execution/execution-budget.ts';
import { Operations } from '../execution/operations.ts';
import { PersistedOperations } from '../execution/persisted.ts';
import { TimeBudget } from '../execution/time-budget.ts';
import type { Services } from '../graphql/context.ts';
import { schema } from '../graphql/schema.ts';
import { PACKAGE_FOLDER } from '../package-file.ts';
import { ClientAddresses } from '../transport/client-address.ts';
import { HostIdentity, type Identify } from '../transport/host-identity.ts';
import { AdminToken } from '../transport/http/admin-token.ts';
import { Crowding } from '../transport/http/crowding.ts';
import { createGraphqlHandler } from '../transport/http/graphql.ts';
import { securityHeaders } from '../transport/http/headers.ts';
import { Health } from '../transport/http/health.ts';
import { serveMetrics } from '../transport/http/metrics-endpoint.ts';
import { observeRequests } from '../transport/http/observed-requests.ts';
import { openPages, type Pages } from '../transport/http/pages.ts';
import { Requests } from '../transport/http/requests.ts';
import { findSegmenter } from '../transport/http/segmenter.ts';
import { OriginPolicy } from '../transport/origin.ts';
import { SessionCookie } from '../transport/session-cookie.ts';
import { WebSocketSide } from '../transport/websocket/server.ts';
import type { Infrastructure, Surroundings } from './infrastructure.ts';

/** The parts that clients connect to. */
export interface Transport {
  readonly requests: Requests;
  readonly crowding: Crowding;
  readonly webSockets: WebSocketSide;
  readonly health: Health;
}

export interface TransportOptions {
  /** The folder of the built call page. */
  readonly pagesFolder: string | undefined;
  /** The embedding program's function that says who makes a request. */
  readonly identify: Identify | undefined;
}

/**
 * How much time the new documents of one address may take at once, in milliseconds: a page sends all of its documents.
 */
const PREPARING_BURST_MS = 500;
const PAGES_FOLDER = join(PACKAGE_FOLDER, 'page');

/**
 * The third step of a start: HTTP and WebSocket, on top of the services. It handles requests, but does not listen
 * itself.
 */
export async function createTransport(
  surroundings: Surroundings,
  infrastructure: Infrastructure,
  services: Services,
  options: TransportOptions,
): Promise<Transport> {
  const { config, clock, log } = surroundings;
  const { limits } = config;
  const { observability, dependencies, shared, passwords, throttle } = infrastructure;
  const operations = await createOperations(surroundings, infrastructure);
  const addresses = new ClientAddresses(config.trustedProxies);
  const origins = new OriginPolicy(config.frontendOrigins, {
    proxies: addresses,
    publicUrl: config.publicUrl,
    development: !config.production,
    log,
  });
  warnOfWildcards(surroundings);
  const cookie = new SessionCookie(
    config.production,
    config.frontendOrigins,
    config.sessionCookie,
    config.pathPrefix,
  );
  const { identify } = options;
  const identity = identify === undefined ? null : new HostIdentity(identify, services.outside);
  const health = new Health(dependencies);
  const crowding = new Crowding(addresses, limits, operations.budget);
  const webSockets = new WebSocketSide({
    operations,
    services,
    counts: observability.counts,
    clock,
    log,
    origins,
    cookie,
    addresses,
    admits: (request) => crowding.admitsUpgrade(request),
    tally: shared?.socketTally ?? null,
    pathPrefix: config.pathPrefix,
    identity,
    limits: { ...limits, unreadBytes: limits.processUnreadBytes },
  });
  const adminFailures = throttle('admin-failures', limits.addressFailures);
  const registry = observability.registry({
    sockets: () => webSockets.sockets.size,
    waiting: () => webSockets.sockets.waiting(),
    rooms: () => services.signaling.usage().rooms,
    passwords: () => passwords.load,
    dependencies: () => dependencies.states,
    logLinesDropped: () => log.dropped?.() ?? 0,
  });
  const segmenter = config.pages ? findSegmenter() : null;
  const requests = new Requests({
    graphql: createGraphqlHandler({
      operations,
      services,
      cookie,
      addresses,
      origins,
      adminToken: new AdminToken(config.adminToken, adminFailures),
      identity,
      bodyBytes: limits.messageBytes,
    }),
    isIdentified: identity !== null,
    graphiql: config.graphiql
      ? {
          persistedOnly: config.persistedOperations !== null,
          introspection: config.introspection,
        }
      : null,
    origins,
    headers: securityHeaders(config.production, config.embedOrigins, segmenter !== null),
    health,
    metrics: registry && serveMetrics(registry),
    observe: observeRequests(observability.metrics, observability.tracing),
    pages: config.pages ? pagesOf(surroundings, options.pagesFolder, segmenter) : null,
    log,
    pathPrefix: config.pathPrefix,
    crowding,
  });
  shared?.onLost(
    () => webSockets.interrupt(),
    () => webSockets.takeUp(),
  );
  return { requests, crowding, webSockets, health };
}

function pagesOf(
  { config, log }: Surroundings,
  folder = PAGES_FOLDER,
  segmenter: string | null,
): Pages | null {
  const pages = openPages(folder, config.embedOrigins, segmenter);
  if (pages === null) log.warn({ folder }, 'There is no call page, because its files are missing');
  return pages;
}

function warnOfWildcards({ config: { frontendOrigins }, log }: Surroundings): void {
  if (!frontendOrigins.some((one) => one.includes('*'))) return;
  log.warn(
    { frontends: frontendOrigins },
    'FRONTEND_URL allows every subdomain: anybody who can put a page on one of them can act as the people who open it',
  );
}

async function createOperations(
  { config, log }: Surroundings,
  { observability }: Infrastructure,
): Promise<Operations> {
  const { limits, persistedOperations } = config;
  const execution = new ExecutionBudget({
    perAccountMs: limits.executionMs,
    perAddressMs: limits.executionMsPerAddress,
  });
  return new Operations({
    schema: observability.schema(schema, (context) => execution.resumed(context)),
    onRefused: (reason) => observability.counts.documentRefused(reason),
    introspection: config.introspection,
    persisted:
      persistedOperations === null ? null : await PersistedOperations.open(persistedOperations),
    preparing: new TimeBudget(limits.preparingMs, PREPARING_BURST_MS),
    execution,
    log,
    limits: {
      bytes: limits.documentBytes,
      tokens: limits.documentTokens,
      depth: limits.documentDepth,
      aliases: limits.documentAliases,
      directives: limits.documentDirectives,
      fields: limits.documentFields,
      overlaps: limits.documentOverlaps,
      name: limits.documentName,
      objects: limits.documentObjects,
      errorLength: limits.errorLength,
      variables: { items: limits.variableItems, depth: limits.variableDepth },
      cached: limits.operationCache,
    },
  });
}
