import type { Config } from '../config/config.ts';
import { Argon2PasswordHasher } from '../crypto/passwords.ts';
import { loadOrCreateSecret, signingKey } from '../crypto/secret.ts';
import type { KnownPlaces } from '../domain/accounts/known-places.ts';
import type { Mailer } from '../domain/accounts/mail.ts';
import type { TokenVerifier } from '../domain/accounts/vouching.ts';
import type { LiveCalls } from '../domain/call/live-calls.ts';
import type { Clock } from '../domain/clock.ts';
import { FollowUps } from '../domain/follow-ups.ts';
import type { Logger } from '../domain/logger.ts';
import type { PushSender } from '../domain/people/pushes.ts';
import type { LivePersons } from '../domain/person/live-persons.ts';
import type { LiveRooms } from '../domain/room/live-rooms.ts';
import type { Allowance, Throttle } from '../domain/throttle.ts';
import { Webhooks } from '../domain/webhooks/webhooks.ts';
import { OutsideTokenVerifier } from '../issuers/verifier.ts';
import { LogTime } from '../log/memory/log-time.ts';
import { logMailer } from '../mail/log.ts';
import { smtpMailer } from '../mail/smtp.ts';
import { Dependencies, type Dependency } from '../observability/dependencies.ts';
import { Observability } from '../observability/observability.ts';
import { WatchedMailer } from '../observability/watched-mailer.ts';
import { isPublicAddress, mayBeCalled } from '../push/public-address.ts';
import {
  makeVapidKeys,
  type PushNetwork,
  type VapidKeys,
  webPushSender,
} from '../push/web-push-sender.ts';
import { redisLimiters } from '../redis/limiters.ts';
import type { SharedByRedis } from '../redis/open.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { ExponentialThrottle, memoryLimiters } from '../throttling/exponential-throttle.ts';
import { RememberedPlaces } from '../throttling/known-places.ts';
import { MinuteAllowance } from '../throttling/minute-allowance.ts';
import { httpSender } from '../webhooks/http-sender.ts';
import type { CleanUp } from './clean-up.ts';
import { openLogs } from './logs.ts';

/** What every step of a start needs. */
export interface Surroundings {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger & { dropped?(): number };
  readonly cleanUp: CleanUp;
  /** Where push messages may be sent. Default: public addresses. */
  readonly pushNetwork?: PushNetwork | undefined;
}

/** What sends push messages to browsers. */
export interface PushService {
  readonly sender: PushSender;
  /** The public key that browsers need to subscribe. */
  readonly key: string;
  mayCall(endpoint: URL): boolean;
}

/** The implementations of the domain's ports, opened and observed. */
export interface Infrastructure {
  readonly observability: Observability;
  readonly dependencies: Dependencies;
  /** The first signs tokens, all are accepted. */
  readonly secrets: readonly string[];
  readonly store: Store;
  readonly webhooks: Webhooks | null;
  /** What the servers of a cluster share; null if this server runs alone. */
  readonly shared: SharedByRedis | null;
  /** The clock that all servers of a cluster go by; on a single server, that its logs go by. */
  readonly commonClock: Clock;
  /** The rooms with somebody in them or waiting. */
  readonly live: LiveRooms;
  /** The people who are online, who ring, or who are in a call. */
  readonly persons: LivePersons;
  /** The calls that ring or go on. */
  readonly calls: LiveCalls;
  readonly passwords: Argon2PasswordHasher;
  readonly followUps: FollowUps;
  /** Reads the tokens of outside issuers. */
  readonly verifier: TokenVerifier;
  /** Null if mail is not sent at all. */
  readonly mailer: Mailer | null;
  /** Null if no push messages are sent. */
  readonly push: PushService | null;
  /** Where owners of accounts have signed in before. */
  readonly places: KnownPlaces;
  /** A throttle that lets `free` attempts pass without a wait; all servers of a cluster count together under `name`. */
  throttle(name: string, free: number): Throttle;
  /** An allowance of so much per minute, which all servers of a cluster count together under `name`. */
  allowance(name: string, perMinute: number): Allowance;
}

/** How long a node of a cluster may take to store a webhook, in milliseconds. */
const WEBHOOK_SETTLE_MS = 1000;

/**
 * The first step of a start: opens what the domain needs. Everything that was opened is on the clean-up stack, even if
 * this fails.
 */
export async function openInfrastructure(surroundings: Surroundings): Promise<Infrastructure> {
  const { config, clock, log, cleanUp } = surroundings;
  const { limits, dataDir, mongoUri } = config;
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
  cleanUp.add(() => observability.close());

  const location = {
    dataDir,
    mongoUri,
    forServer: config.redis.urls.length === 0 ? ('alone' as const) : ('in a cluster' as const),
  };
  const opened = await openStore(location, { clock, log });
  cleanUp.add(() => opened.close());
  const store = observed(opened, observability);

  // Closed after what still tells it something, and opened after Redis, whose clock it goes by.
  let telling: Webhooks | null = null;
  cleanUp.add(() => telling?.close());
  const shared = await openShared(surroundings);
  cleanUp.add(() => shared?.close());
  const time = new LogTime(clock);
  const commonClock: Clock = {
    now: () => (shared ?? time).now(),
    elapsed: () => clock.elapsed(),
    after: (delayMs, run) => clock.after(delayMs, run),
  };
  const webhooks = openWebhooks(surroundings, store, { shared, commonClock }, observability);
  telling = webhooks;
  const { live, persons, calls } = await openLogs(surroundings, shared, time, observability);
  if (webhooks !== null) live.observe((activity) => webhooks.tell(activity));

  const followUps = new FollowUps({
    clock,
    onFailure: (error) => log.error({ err: error }, 'What follows from a change was not done'),
  });
  cleanUp.add(() => followUps.settled());

  const passwords = new Argon2PasswordHasher({
    queueLimit: limits.passwordQueue,
    hashLimits: limits,
    log,
  });
  cleanUp.add(() => passwords.close());
  const smtp = config.smtpUrl === null ? null : smtpMailer(config.smtpUrl, config.mailFrom);
  cleanUp.add(() => smtp?.close());
  const watched =
    smtp &&
    new WatchedMailer(smtp, observability.counts.mails, () => {
      void dependencies.check();
    });
  const dependencies = new Dependencies(dependenciesOf(opened, shared, watched), log);
  cleanUp.add(() => dependencies.stop());
  const limiters = (name: string) => {
    const alone = memoryLimiters(limits.throttleKeys);
    return shared === null ? alone : redisLimiters({ ...shared, alone }, name);
  };
  return {
    observability,
    dependencies,
    secrets,
    store,
    webhooks,
    shared,
    commonClock,
    live,
    persons,
    calls,
    passwords,
    followUps,
    verifier: openVerifier(surroundings),
    mailer: watched ?? (config.production ? null : logMailer(log)),
    push: await openPush(surroundings, store),
    places: new RememberedPlaces(limiters('known-places')),
    throttle: (name, free) => new ExponentialThrottle(free, limiters(name)),
    allowance: (name, perMinute) => new MinuteAllowance(perMinute, limiters(name)),
  };
}

function openVerifier({ config, clock, log }: Surroundings): OutsideTokenVerifier {
  const { trustedIssuers, apiKeys, production, limits } = config;
  const verifier = new OutsideTokenVerifier(
    { issuers: trustedIssuers, apiKeys },
    {
      clock,
      log,
      production,
      maxLength: limits.outsideTokenLength,
      timeoutMs: limits.issuerTimeoutMs,
      maxBytes: limits.issuerBytes,
    },
  );
  // The start does not wait for it, so a server starts even if its issuers do not answer.
  void verifier.warmUp();
  return verifier;
}

/** The store with its calls counted, timed and traced. */
function observed(store: Store, observability: Observability): Store {
  return {
    ...store,
    accounts: observability.store('accounts', store.accounts),
    sessions: observability.store('sessions', store.sessions),
    oneTimeTokens: observability.store('oneTimeTokens', store.oneTimeTokens),
    outsideTokens: observability.store('outsideTokens', store.outsideTokens),
    rooms: observability.store('rooms', store.rooms),
    webhooks: observability.store('webhooks', store.webhooks),
    contacts: observability.store('contacts', store.contacts),
    reach: observability.store('reach', store.reach),
    calls: observability.store('calls', store.calls),
    pushSubscriptions: observability.store('pushSubscriptions', store.pushSubscriptions),
  };
}

async function openPush(
  { config: { push, limits }, pushNetwork }: Surroundings,
  store: Store,
): Promise<PushService | null> {
  if (push === null) return null;
  const { subject } = push;
  const keys = push.keys ?? (await keptVapidKeys(store));
  const network = pushNetwork ?? { isAllowed: isPublicAddress };
  return {
    sender: webPushSender({ keys, subject, timeoutMs: limits.pushTimeoutMs, network }),
    key: keys.publicKey,
    mayCall: (endpoint) => mayBeCalled(endpoint, (address) => network.isAllowed(address)),
  };
}

/** The key pair that all servers of a store share; made at the first start. */
async function keptVapidKeys(store: Store): Promise<VapidKeys> {
  return JSON.parse(await store.serverKeys.ensure('vapid', JSON.stringify(makeVapidKeys())));
}

/** Tells receivers of webhooks; null if there are none. */
function openWebhooks(
  { config: { webhooks, limits }, clock, log }: Surroundings,
  store: Store,
  { shared, commonClock }: Pick<Infrastructure, 'shared' | 'commonClock'>,
  { counts }: Observability,
): Webhooks | null {
  if (webhooks === null) return null;
  return new Webhooks({
    outbox: store.webhooks,
    sender: httpSender(webhooks.key, limits.webhookTimeoutMs, clock),
    urls: webhooks.urls,
    // Nodes take messages from each other, so all go by one clock.
    clock: commonClock,
    log,
    onDropped: (reason) => counts.webhookDropped(reason),
    limits: {
      timeoutMs: limits.webhookTimeoutMs,
      firstRetryMs: limits.webhookRetryMs,
      longestRetryMs: limits.webhookRetryMaxMs,
      giveUpMs: limits.webhookGiveUpMs,
      settleMs: shared === null ? 0 : WEBHOOK_SETTLE_MS,
      perSecond: limits.webhooksPerSecond,
      burst: limits.webhookBurst,
      backlog: limits.webhookBacklog,
    },
  });
}

async function openShared({
  config: { redis, limits },
  clock,
  log,
}: Surroundings): Promise<SharedByRedis | null> {
  if (redis.urls.length === 0) return null;
  // Loaded on demand: most servers run alone.
  const { openRedis } = await import('../redis/open.ts');
  return openRedis({ ...redis, lostMs: limits.redisLostMs }, { clock, log });
}

function dependenciesOf(
  store: Store,
  shared: SharedByRedis | null,
  mailer: WatchedMailer | null,
): Dependency[] {
  const found: Dependency[] = [{ name: 'store', required: true, probe: () => store.ping() }];
  if (shared !== null) found.push({ name: 'Redis', required: true, probe: () => shared.ping() });
  if (mailer !== null) {
    found.push({ name: 'mail server', required: false, probe: () => mailer.probe() });
  }
  return found;
}
