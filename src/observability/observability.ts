import type { GraphQLSchema } from 'graphql';
import type { Registry } from 'prom-client';
import { DomainError, UnavailableError } from '../domain/errors.ts';
import type { Logger } from '../domain/logger.ts';
import type { PresenceObserver } from '../domain/signaling/joining.ts';
import type { Context } from '../graphql/context.ts';
import { type Levels, registryOf } from './exposition.ts';
import { Metrics } from './metrics.ts';
import { observeCalls } from './observed-calls.ts';
import { observeSchema } from './observed-schema.ts';
import { OperationLog } from './operation-log.ts';
import { observePresence } from './presence.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { startTracing, type Tracing, type TracingOptions } from './tracing.ts';

export interface MetricsAccess {
  /** The token that a reader must send as `Authorization: Bearer`; null: none. */
  readonly token: string | null;
  /** Whether nobody may read without a token. Outside of production, programs on the same machine may. */
  readonly production: boolean;
}

/** The metrics, and who may read them. */
export interface MetricsRegistry {
  readonly registry: Registry;
  readonly access: MetricsAccess;
}

interface ObservabilityOptions {
  /** Who may read the metrics; null: calls are neither counted nor timed. */
  readonly metrics: MetricsAccess | null;
  /** Where traces are sent; null: none are made. */
  readonly tracing: TracingOptions | null;
  readonly log: Logger;
  /** The secret that signs tokens. */
  readonly secret: string;
}

/** Wraps the parts of the server, so that they can be observed: metrics, traces and log lines of calls. */
export class Observability {
  /** Rare events are always counted here, even if metrics are off. */
  readonly counts = new Metrics();
  readonly presence: PresenceObserver;
  readonly #access: MetricsAccess | null;
  readonly tracing: Tracing | null;
  readonly #operationLog: OperationLog;

  private constructor({ metrics, log, secret }: ObservabilityOptions, tracing: Tracing | null) {
    const pseudonyms = new Pseudonyms(secret);
    this.#access = metrics;
    this.tracing = tracing;
    this.#operationLog = new OperationLog(log, pseudonyms);
    this.presence = observePresence(this.counts, log, pseudonyms);
  }

  static async start(options: ObservabilityOptions): Promise<Observability> {
    return new Observability(options, await startTracing(options.tracing));
  }

  /** Where requests and calls are counted and timed; null: nowhere. */
  get metrics(): Metrics | null {
    return this.#access === null ? null : this.counts;
  }

  /**
   * The schema with its root fields counted, timed, traced and logged.
   *
   * @param onResumed called for each call that had to wait, just before it continues
   */
  schema(
    schema: GraphQLSchema,
    onResumed: ((context: Context) => void) | null = null,
  ): GraphQLSchema {
    const log = this.#operationLog;
    return observeSchema(schema, {
      metrics: this.metrics,
      tracing: this.tracing,
      log,
      onResumed,
    });
  }

  /** A port of the store with its calls counted, timed and traced. @param name for example `accounts` */
  store<Port extends object>(name: string, port: Port): Port {
    const metrics = this.metrics;
    return observeCalls(port, `${name}.`, {
      seriesOf: metrics && ((call) => metrics.storeCall(call)),
      tracing: this.tracing,
      isFailure,
    });
  }

  /** A port in Redis with its calls counted, timed and traced. @param name for example `roomLog` */
  redis<Port extends object>(name: string, port: Port): Port {
    const metrics = this.metrics;
    return observeCalls(port, `${name}.`, {
      seriesOf: metrics && ((call) => metrics.redisCall(call)),
      tracing: this.tracing,
      isFailure,
    });
  }

  /** What `/metrics` serves; null if metrics are off. */
  registry(levels: Levels): MetricsRegistry | null {
    const access = this.#access;
    return access && { registry: registryOf(this.counts, levels), access };
  }

  /** Sends the traces that are left. */
  async close(): Promise<void> {
    await this.tracing?.close();
  }
}

/** Whether the other side failed. An expected error, such as a taken email or a full room, is an answer. */
function isFailure(error: unknown): boolean {
  return error instanceof UnavailableError || !(error instanceof DomainError);
}
