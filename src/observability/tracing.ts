import type { IncomingHttpHeaders } from 'node:http';

export interface TracingOptions {
  /** The base URL of a collector that speaks OTLP over HTTP; traces go to `/v1/traces` below it. */
  readonly endpoint: string;
  /** `service.name` of the spans. */
  readonly service: string;
  /** The share of traces that is kept, from 0 to 1. */
  readonly ratio: number;
}

export type Attributes = Readonly<Record<string, string | number>>;

/** Makes spans. Where tracing is off there is none of it, and nothing of OpenTelemetry is loaded. */
export interface Tracing {
  /** Runs `work` within a span below the one that is active; it ends when the work has, and says how that failed. */
  span<T>(name: string, attributes: Attributes, work: () => T): T;
  /** As {@link Tracing.span}, for a request: below the span of whoever sent it (W3C Trace Context). */
  request<T>(headers: IncomingHttpHeaders, name: string, attributes: Attributes, work: () => T): T;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Starts tracing; null where it is not configured. */
export async function startTracing(options: TracingOptions | null): Promise<Tracing | null> {
  if (options === null) return null;
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry(options);
}
