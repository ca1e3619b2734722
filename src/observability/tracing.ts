import type { IncomingHttpHeaders } from 'node:http';

export interface TracingOptions {
  /** The base URL of a collector that speaks OTLP over HTTP; traces are sent to `/v1/traces` below it. */
  readonly endpoint: string;
  /** `service.name` of the spans. */
  readonly service: string;
  /** The share of traces that is kept, from 0 to 1. */
  readonly ratio: number;
}

export type Attributes = Readonly<Record<string, string | number>>;

/** Makes spans. If tracing is off, this does not exist, and OpenTelemetry is not loaded. */
export interface Tracing {
  /** Runs `work` in a span below the active one. The span ends with the work, and records its failure. */
  span<T>(name: string, attributes: Attributes, work: () => T): T;
  /** As {@link Tracing.span}, for a request: below the span of its sender (W3C Trace Context). */
  request<T>(headers: IncomingHttpHeaders, name: string, attributes: Attributes, work: () => T): T;
  /** Sends the spans that are left. */
  close(): Promise<void>;
}

/** Starts tracing; null if it is not configured. */
export async function startTracing(options: TracingOptions | null): Promise<Tracing | null> {
  if (options === null) return null;
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry(options);
}
