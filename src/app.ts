import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import { Argon2PasswordHasher } from './crypto/passwords.ts';
import { loadOrCreateSecret, signingKey } from './crypto/secret.ts';
import { JwtSigner } from './crypto/tokens.ts';
import { Accounts } from './domain/accounts/accounts.ts';
import { EmailVerification } from './domain/accounts/email-verification.ts';
import { MailGuard } from './domain/accounts/mail-guard.ts';
import { OneTimeTokens } from './domain/accounts/one-time-tokens.ts';
import { Outbox } from './domain/accounts/outbox.ts';
import { OwnAccount } from './domain/accounts/own-account.ts';
import { PasswordReset } from './domain/accounts/password-reset.ts';
import { Sessions } from './domain/accounts/sessions.ts';
import { SignInGuard } from './domain/accounts/sign-in-guard.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import type { Aggregate, Log, LogOptions } from './domain/log.ts';
import type { Logger } from './domain/logger.ts';
import { roomAggregate } from './domain/room/aggregate.ts';
import type { RoomKind } from './domain/room/course.ts';
import { LiveRooms } from './domain/room/live-rooms.ts';
import { Guests } from './domain/rooms/guests.ts';
import { Rooms } from './domain/rooms/rooms.ts';
import { IceServerIssuer } from './domain/signaling/ice-servers.ts';
import { Joining } from './domain/signaling/joining.ts';
import { Moderation } from './domain/signaling/moderation.ts';
import { RoomAdministration } from './domain/signaling/room-administration.ts';
import { SendBudgets } from './domain/signaling/send-budgets.ts';
import { Signaling } from './domain/signaling/signaling.ts';
import type { WebhookOutbox } from './domain/webhooks/ports.ts';
import { Webhooks } from './domain/webhooks/webhooks.ts';
import { Operations } from './execution/operations.ts';
import { PersistedOperations } from './execution/persisted.ts';
import { PreparingBudget } from './execution/preparing-budget.ts';
import { allTechniques, type Techniques } from './execution/techniques.ts';
import { schema } from './graphql/schema.ts';
import { MemoryLog } from './log/memory/log.ts';
import { logMailer } from './mail/log.ts';
import { smtpMailer } from './mail/smtp.ts';
import { Dependencies } from './observability/dependencies.ts';
import { Observability } from './observability/observability.ts';
import { createLog } from './observability/process-log.ts';
import { WatchedMailer } from './observability/watched-mailer.ts';
import { redisLimiters } from './redis/limiters.ts';
import type { SharedByRedis } from './redis/open.ts';
import { openStore } from './store/open.ts';
import { RememberedRooms } from './store/remembered-rooms.ts';
import { ExponentialThrottle } from './throttling/exponential-throttle.ts';
import { ClientAddresses } from './transport/client-address.ts';
import { AdminToken } from './transport/http/admin-token.ts';
import { createGraphqlHandler } from './transport/http/graphql.ts';
import { securityHeaders } from './transport/http/headers.ts';
import { Health } from './transport/http/health.ts';
import { listen } from './transport/http/listen.ts';
import { servePages } from './transport/http/pages.ts';
import { createHttpServer } from './transport/http/server.ts';
import { OriginPolicy } from './transport/origin.ts';
import { SessionCookie } from './transport/session-cookie.ts';
import { repeat } from './transport/upkeep.ts';
import { WebSocketSide } from './transport/websocket/server.ts';
import { httpSender } from './webhooks/http-sender.ts';

// What somebody who starts a server in their own program needs beside createApp.
export { type Config, ConfigError, readConfig } from './config.ts';

/** A running server. */
export interface App {
  /** Where it is, for example `http://localhost:5000`. */
  readonly url: string;
  /** Where accounts and rooms are kept; holds no credentials. */
  readonly store: string;
  /** What is held now. Nobody is connected and everybody has left: all of it is 0, budgets after a minute. */
  usage(): Usage;
  /** Stops: readiness turns off, WebSockets are closed with 1012 a slice at a time, then everything is let go of. */
  close(): Promise<void>;
}

export interface Usage {
  readonly sockets: number;
  /** Rooms with anybody in them. */
  readonly rooms: number;
  /** Rate limits of those who joined or sent lately. */
  readonly budgets: number;
}

/** Parts that a test or a benchmark may put in the place of the usual ones. */
export interface Overrides {
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Techniques of the hot path to do without. */
  readonly techniques?: Partial<Techniques>;
  /** The folder of the built call page (beside this file, unless this says otherwise). */
  readonly pagesFolder?: string;
}

/** How long requests under way may take when everything else has stopped, in milliseconds. */
const HTTP_CLOSE_MS = 1000;
/** How long a node of a cluster may take to store what it has to tell of a room, in milliseconds. */
const WEBHOOK_SETTLE_MS = 1000;
/** How often rooms are kept and swept, at most, in milliseconds. */
const TIDY_INTERVAL_MS = 60_000;
const PAGES_FOLDER = fileURLToPath(new URL('./page', import.meta.url));

/**
 * Starts a server.
 *
 * @throws Error with one clear sentence where the store cannot be opened or the port not be taken
 */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog(config.logLevel);
  const { limits } = config;
  // Known once the server listens.
  let url = '';

  const { dataDir } = config;
  const opened = await openStore(
    config.mongoUri === null ? { dataDir } : { dataDir, mongoUri: config.mongoUri },
    { clock, log },
  );
  const secrets =
    config.jwtSecrets.length > 0
      ? config.jwtSecrets.map(signingKey)
      : [await loadOrCreateSecret(dataDir)];
  const observability = await Observability.start({
    metrics: config.metrics && { ...config.metrics, production: config.production },
    tracing: config.tracing,
    log,
    secret: secrets[0] ?? '',
  });
  const store = {
    ...opened,
    accounts: observability.store('accounts', opened.accounts),
    sessions: observability.store('sessions', opened.sessions),
    oneTimeTokens: observability.store('oneTimeTokens', opened.oneTimeTokens),
    rooms: observability.store('rooms', opened.rooms),
    webhooks: observability.store('webhooks', opened.webhooks),
  };

  const graceMs = limits.graceSeconds * 1000;
  const roomOptions = {
    graceMs,
    lobbyKnocks: limits.lobbyKnocks,
    knocksPerUser: limits.knocksPerUser,
    knocksPerAddress: limits.knocksPerAddress,
    deniedMs: limits.deniedSeconds * 1000,
    hostBans: limits.roomBans,
  };
  const logOptions = {
    replayEvents: limits.replayEvents,
    replayBytes: limits.replayBytes,
    replayMs: limits.replaySeconds * 1000,
    graceMs,
    historyMessages: limits.chatHistory,
  };
  const shared = await openShared(config, { clock, log }).catch(async (error) => {
    await store.close();
    throw error;
  });
  const throttle = (name: string, free: number) =>
    new ExponentialThrottle(free, shared === null ? undefined : redisLimiters(shared.client, name));

  const oneTimeTokens = new OneTimeTokens({ tokens: store.oneTimeTokens, clock });
  const sessions = new Sessions({
    sessions: store.sessions,
    accounts: store.accounts,
    tokens: new JwtSigner(secrets, clock),
    oneTimeTokens,
    clock,
    ttlMs: limits.sessionSeconds * 1000,
    perAccount: limits.sessionsPerUser,
    otherNodes: shared?.sessionEnds ?? null,
  });
  const smtp = config.smtpUrl === null ? null : smtpMailer(config.smtpUrl, config.mailFrom);
  const mailer =
    smtp &&
    new WatchedMailer(smtp, observability.counts.mails, () => {
      void dependencies.check();
    });
  const outbox = new Outbox({
    clock,
    onFailure: (error) => log.warn({ err: error }, 'A mail could not be sent'),
  });
  const passwords = new Argon2PasswordHasher({ queueLimit: limits.passwordQueue, log });
  const accountParts = {
    accounts: store.accounts,
    sessions,
    oneTimeTokens,
    passwords,
    passwordMinLength: limits.passwordMinLength,
    guard: new SignInGuard({
      accounts: throttle('account-failures', limits.accountFailures),
      addresses: throttle('address-failures', limits.addressFailures),
      registrations: throttle('registrations', limits.registrationsPerAddress),
    }),
    mailer: mailer ?? (config.production ? null : logMailer(log)),
    mails: new MailGuard({
      emails: throttle('mails-per-email', limits.mailsPerEmail),
      addresses: throttle('mails-per-address', limits.mailsPerAddress),
    }),
    outbox,
    frontend: () => config.publicUrl ?? url,
    clock,
  };
  const emailVerification = new EmailVerification(accountParts);
  const accounts = new Accounts({ ...accountParts, verification: emailVerification });
  const ownAccount = new OwnAccount(accountParts);
  const passwordReset = new PasswordReset(accountParts);
  const rooms = new Rooms({
    // Other nodes of a cluster change rooms too.
    rooms: shared === null ? new RememberedRooms(store.rooms, clock) : store.rooms,
    unknown: {
      accounts: throttle('unknown-rooms', limits.unknownRooms),
      addresses: throttle('unknown-rooms-per-address', limits.unknownRoomsPerAddress),
    },
    clock,
    limits: {
      defaultCapacity: Math.min(limits.roomCapacity, limits.maxRoomCapacity),
      maxCapacity: limits.maxRoomCapacity,
      ttlMs: limits.roomTtlSeconds * 1000,
      perOwner: limits.roomsPerUser,
      bans: limits.roomBans,
    },
  });
  const ice = new IceServerIssuer(config, clock);
  const roomLog = await openRoomLog(shared, roomAggregate(roomOptions), logOptions, clock);
  const live = new LiveRooms(
    shared === null ? roomLog : observability.redis('roomLog', roomLog),
    roomOptions,
  );
  const signals = new SendBudgets(limits.signalsPerSecond, limits.signalBurst);
  const signaling = new Signaling({
    live,
    rooms,
    sessions,
    clock,
    signals,
    messages: new SendBudgets(limits.chatPerSecond, limits.chatBurst),
    limits: {
      maxSdpBytes: limits.sdpBytes,
      maxCandidateBytes: limits.candidateBytes,
      maxCandidates: limits.candidates,
      maxMessageBytes: limits.chatBytes,
    },
  });
  const joining = new Joining({
    live,
    rooms,
    sessions,
    ice,
    clock,
    signals,
    mailboxEvents: limits.mailboxEvents,
    observer: observability.presence,
  });
  const guests = new Guests({
    rooms,
    accounts: store.accounts,
    sessions,
    entrances: throttle('guests', limits.guestsPerAddress),
    clock,
  });
  const moderation = new Moderation({
    live,
    rooms,
    guests,
    signals,
    clock,
    account: (id) => accounts.find(id),
  });
  const webhooks = config.webhooks && openWebhooks(config, config.webhooks, store, { clock, log });
  if (webhooks !== null) live.observe((activity) => webhooks.tell(activity));
  const services = {
    accounts,
    ownAccount,
    emailVerification,
    passwordReset,
    sessions,
    rooms,
    guests,
    signaling,
    joining,
    moderation,
    administration: new RoomAdministration({ live, rooms, guests }),
    ice,
  };
  ownAccount.onDeleted((accountId) => moderation.closeRoomsOf(accountId));
  ownAccount.onRenamed(({ id, name, guestOf }) =>
    signaling.rename({ id, name, isGuest: guestOf !== null }),
  );

  const techniques = { ...allTechniques, ...overrides.techniques };
  const operations = new Operations({
    schema: observability.schema(schema),
    onRefused: (reason) => observability.counts.documentRefused(reason),
    introspection: config.introspection,
    persisted:
      config.persistedOperations === null
        ? null
        : await PersistedOperations.open(config.persistedOperations),
    budget: new PreparingBudget(limits.preparingMs),
    techniques,
    log,
    limits: {
      bytes: limits.documentBytes,
      tokens: limits.documentTokens,
      depth: limits.documentDepth,
      aliases: limits.documentAliases,
      directives: limits.documentDirectives,
      fields: limits.documentFields,
      overlaps: limits.documentOverlaps,
      cached: limits.operationCache,
    },
  });
  const origins = new OriginPolicy(config.frontendOrigins);
  const cookie = new SessionCookie(config.production, config.frontendOrigins);
  const addresses = new ClientAddresses(config.trustedProxies);
  const dependencies = new Dependencies(
    [
      { name: 'store', required: true, probe: () => store.ping() },
      ...(shared === null ? [] : [{ name: 'Redis', required: true, probe: () => shared.ping() }]),
      ...(mailer === null
        ? []
        : [{ name: 'mail server', required: false, probe: () => mailer.probe() }]),
    ],
    log,
  );
  const health = new Health(dependencies);
  const http = createHttpServer({
    graphql: createGraphqlHandler({
      operations,
      services,
      cookie,
      addresses,
      adminToken: new AdminToken(
        config.adminToken,
        throttle('admin-failures', limits.addressFailures),
      ),
      bodyBytes: limits.messageBytes,
    }),
    persistedOnly: config.persistedOperations !== null,
    origins,
    headers: securityHeaders(config.production),
    health,
    metrics: observability.endpoint({
      sockets: () => webSockets.sockets.size,
      waiting: () => webSockets.sockets.waiting(),
      rooms: () => signaling.usage().rooms,
      passwords: () => passwords.load,
      dependencies: () => dependencies.states,
    }),
    observe: observability.observeRequest,
    pages: servePages(overrides.pagesFolder ?? PAGES_FOLDER),
    log,
    headersMs: limits.requestHeaderSeconds * 1000,
  });
  const webSockets = new WebSocketSide({
    operations,
    techniques,
    services,
    counts: observability.counts,
    clock,
    log,
    origins,
    cookie,
    addresses,
    tally: shared?.socketTally ?? null,
    limits: {
      messageBytes: limits.messageBytes,
      messageFragments: limits.messageFragments,
      connectionInitMs: limits.connectionInitSeconds * 1000,
      heartbeatMs: limits.heartbeatSeconds * 1000,
      messagesPerSecond: limits.messagesPerSecond,
      subscriptionsPerSocket: limits.subscriptionsPerSocket,
      socketsPerUser: limits.socketsPerUser,
      socketsPerAddress: limits.socketsPerAddress,
      socketBufferBytes: limits.socketBufferBytes,
    },
  });
  webSockets.attach(http);
  shared?.onLost(
    () => webSockets.interrupt(),
    () => webSockets.takeUp(),
  );
  dependencies.start();
  const tidyMs = Math.min(TIDY_INTERVAL_MS, limits.roomTtlSeconds * 50);
  const upkeep = repeat(
    async () => {
      // Whose clock is wrong must not delete what others need.
      if (shared?.isClockSkewed === true) {
        log.warn({}, 'The clocks of this machine and of Redis differ: no room is swept here');
        return;
      }
      await signaling.tidy();
      await guests.tidy();
    },
    tidyMs,
    log,
  );
  const review = repeat(() => webSockets.review(), limits.heartbeatSeconds * 1000, log);

  const stopUpkeep = () => {
    dependencies.stop();
    upkeep.cancel();
    review.cancel();
  };
  const letGo = async () => {
    await outbox.settled();
    smtp?.close();
    passwords.close();
    await roomLog.close();
    await shared?.close();
    await webhooks?.close();
    await store.close();
    await observability.close();
  };

  try {
    url = await listen(http, config);
  } catch (error) {
    stopUpkeep();
    await letGo();
    throw error;
  }
  return {
    url,
    store: store.description,
    usage: () => ({ sockets: webSockets.sockets.size, ...signaling.usage() }),
    async close() {
      health.drain();
      stopUpkeep();
      await webSockets.drain(limits.shutdownSeconds * 1000);
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeIdleConnections();
        clock.after(HTTP_CLOSE_MS, () => http.closeAllConnections());
      });
      await letGo();
    },
  };
}

function openWebhooks(
  { limits, redisUrls }: Config,
  { urls, key }: NonNullable<Config['webhooks']>,
  store: { readonly webhooks: WebhookOutbox },
  { clock, log }: { clock: Clock; log: Logger },
): Webhooks {
  const timeoutMs = limits.webhookTimeoutSeconds * 1000;
  return new Webhooks({
    outbox: store.webhooks,
    sender: httpSender(key, timeoutMs, clock),
    urls,
    clock,
    log,
    limits: {
      timeoutMs,
      firstRetryMs: limits.webhookRetrySeconds * 1000,
      longestRetryMs: limits.webhookRetryMaxSeconds * 1000,
      giveUpMs: limits.webhookGiveUpHours * 3_600_000,
      settleMs: redisUrls.length > 0 ? WEBHOOK_SETTLE_MS : 0,
    },
  });
}

/** What the servers of a cluster share; null where this one is alone. */
async function openShared(
  { redisUrls, limits }: Config,
  context: { clock: Clock; log: Logger },
): Promise<SharedByRedis | null> {
  if (redisUrls.length === 0) return null;
  // Loaded on demand: most servers are alone.
  const { openRedis } = await import('./redis/open.ts');
  const connection = { urls: redisUrls, lostMs: limits.redisLostSeconds * 1000 };
  return openRedis(connection, context);
}

/** The log of all rooms: in this process, or for a cluster in Redis. */
async function openRoomLog(
  shared: SharedByRedis | null,
  rooms: Aggregate<RoomKind>,
  options: LogOptions,
  clock: Clock,
): Promise<Log<RoomKind>> {
  if (shared === null) return new MemoryLog(rooms, options, clock);
  const { RedisLog } = await import('./log/redis/log.ts');
  return RedisLog.open(rooms, { ...shared, clock }, options);
}
