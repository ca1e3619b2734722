import type { Config } from '../config/config.ts';
import { type Clock, systemClock } from '../domain/clock.ts';
import type { Logger } from '../domain/logger.ts';
import { openLog } from '../observability/process-log.ts';
import type { PushNetwork } from '../push/web-push-sender.ts';
import type { Identify } from '../transport/host-identity.ts';
import { CleanUp } from './clean-up.ts';
import { openInfrastructure, type Surroundings } from './infrastructure.ts';
import { createServices } from './services.ts';
import { createTransport, type Transport } from './transport.ts';
import { startUpkeep } from './upkeep.ts';

/** Parts that a test or a benchmark may replace. */
export interface Overrides {
  readonly clock?: Clock;
  readonly log?: Logger & { dropped?(): number };
  /** The folder of the built call page. Default: the one beside this file. */
  readonly pagesFolder?: string;
  /** Where push messages may be sent. Default: public addresses. */
  readonly pushNetwork?: PushNetwork;
}

/** What a start gets in addition to its configuration. */
interface Given extends Overrides {
  readonly identify?: Identify;
}

export interface Usage {
  readonly sockets: number;
  /** Rooms with somebody in them or waiting. */
  readonly rooms: number;
  /** Rate limits of those who joined or sent lately. */
  readonly budgets: number;
}

/** Everything except the port: what `createApp` and `createHandler` have in common. */
export interface Running {
  readonly surroundings: Surroundings;
  readonly transport: Transport;
  /** Where accounts and rooms are stored, without credentials. */
  readonly store: string;
  usage(): Usage;
  /** Stops; repeated calls do nothing more. The steps of the clean-up run from the newest to the oldest. */
  close(): Promise<void>;
}

/**
 * Puts the parts together in three steps, and gives them to `open`, which lets requests in. If anything fails, nothing
 * stays open.
 *
 * @param ownUrl the server's own URL; known once it listens
 */
export async function run<Opened>(
  config: Config,
  given: Given,
  ownUrl: () => string,
  open: (running: Running) => Opened | Promise<Opened>,
): Promise<Opened> {
  const clock = given.clock ?? systemClock;
  const log = given.log ?? (await openLog(config));
  const { pushNetwork } = given;
  const surroundings: Surroundings = { config, clock, log, cleanUp: new CleanUp(), pushNetwork };
  try {
    return await open(await start(surroundings, given, ownUrl));
  } catch (error) {
    await surroundings.cleanUp.run();
    throw error;
  }
}

async function start(
  surroundings: Surroundings,
  given: Given,
  ownUrl: () => string,
): Promise<Running> {
  let closing: Promise<void> | null = null;
  const infrastructure = await openInfrastructure(surroundings);
  const services = createServices(surroundings, infrastructure, ownUrl);
  const transport = await createTransport(surroundings, infrastructure, services, {
    pagesFolder: given.pagesFolder,
    identify: given.identify,
  });
  infrastructure.dependencies.start();
  startUpkeep(surroundings, infrastructure, services, transport);
  return {
    surroundings,
    transport,
    store: infrastructure.store.description,
    usage: () => ({ sockets: transport.webSockets.sockets.size, ...services.signaling.usage() }),
    close: () => {
      closing ??= surroundings.cleanUp.run();
      return closing;
    },
  };
}

/** Readiness turns off first; then WebSockets are closed a slice at a time. */
export async function drain({ surroundings, transport }: Running): Promise<void> {
  transport.health.drain();
  await transport.webSockets.drain(surroundings.config.limits.shutdownMs);
}
