import type { Server } from 'node:http';
import type { Config } from '../config/config.ts';
import { type Clock, systemClock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import type { Services } from '../graphql/context.ts';
import { createLog } from '../observability/process-log.ts';
import { listen } from '../transport/http/listen.ts';
import { CleanUp } from './clean-up.ts';
import { type Infrastructure, openInfrastructure, type Surroundings } from './infrastructure.ts';
import { createServices } from './services.ts';
import { createTransport, type Transport } from './transport.ts';
import { repeat } from './upkeep.ts';

// What somebody who starts a server in their own program needs beside createApp.
export { type Config, ConfigError, readConfig } from '../config/config.ts';

/** A running server. */
export interface App {
  /** Where it is, for example `http://localhost:5000`. */
  readonly url: string;
  /** Where accounts and rooms are kept; holds no credentials. */
  readonly store: string;
  /** What is held now. Nobody is connected and everybody has left: all of it is 0, budgets once they are full again. */
  usage(): Usage;
  /** Stops, once: readiness turns off, WebSockets are closed with 1012 a slice at a time, then everything is let go of. */
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
  readonly log?: Logger & { dropped?(): number };
  /** The folder of the built call page (beside this file, unless this says otherwise). */
  readonly pagesFolder?: string;
}

/** How long requests under way may take when everything else has stopped, in milliseconds. */
const HTTP_CLOSE_MS = 1000;
/** How often rooms are kept and swept, at most, in milliseconds. */
const TIDY_INTERVAL_MS = 60_000;
/** How often rooms are kept and swept at least, as a share of the time that an unused room stays. */
const TIDY_SHARE = 1 / 20;

/**
 * Starts a server.
 *
 * @throws Error with one clear sentence where the store cannot be opened or the port not be taken; nothing stays open then
 */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? createLog(config.logLevel);
  const surroundings: Surroundings = { config, clock, log, cleanUp: new CleanUp() };
  try {
    return await start(surroundings, overrides);
  } catch (error) {
    await surroundings.cleanUp.run();
    throw error;
  }
}

async function start(surroundings: Surroundings, overrides: Overrides): Promise<App> {
  const { config, cleanUp } = surroundings;
  // Known once the server listens.
  let url = '';
  let closing: Promise<void> | null = null;
  const infrastructure = await openInfrastructure(surroundings);
  const services = createServices(surroundings, infrastructure, () => url);
  const transport = await createTransport(surroundings, infrastructure, services, {
    pagesFolder: overrides.pagesFolder,
  });
  infrastructure.dependencies.start();
  startUpkeep(surroundings, infrastructure, services, transport);
  url = `${await listen(transport.http, config)}${config.pathPrefix}`;
  cleanUp.add(() => stopServing(surroundings, transport));
  return {
    url,
    store: infrastructure.store.description,
    usage: () => ({ sockets: transport.webSockets.sockets.size, ...services.signaling.usage() }),
    close: () => {
      closing ??= cleanUp.run();
      return closing;
    },
  };
}

/** What is done again and again, as long as the server runs. */
function startUpkeep(
  { config: { limits }, log, cleanUp }: Surroundings,
  { shared }: Infrastructure,
  { signaling, guests }: Services,
  { webSockets }: Transport,
): void {
  const tidy = repeat(
    async () => {
      // A node whose clock is wrong must not delete what others need.
      if (shared?.isClockSkewed === true) {
        log.warn({}, 'The clocks of this machine and of Redis differ: no room is swept here');
        return;
      }
      await signaling.tidy();
      await guests.tidy();
    },
    Math.min(TIDY_INTERVAL_MS, limits.roomTtlMs * TIDY_SHARE),
    log,
  );
  cleanUp.add(() => tidy.cancel());
  const review = repeat(() => webSockets.review(), limits.heartbeatMs, log);
  cleanUp.add(() => review.cancel());
}

/** Readiness turns off first; then WebSockets are closed a slice at a time; then requests under way have a moment left. */
async function stopServing(
  { config: { limits }, clock }: Surroundings,
  { http, webSockets, health }: Transport,
): Promise<void> {
  health.drain();
  await webSockets.drain(limits.shutdownMs);
  await closeServer(http, clock);
}

function closeServer(http: Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeIdleConnections();
    clock.after(HTTP_CLOSE_MS, () => http.closeAllConnections());
  });
}
