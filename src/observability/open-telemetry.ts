import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Tracing, TracingOptions } from './tracing.ts';

/** How long a stopping server waits until its last spans are sent, in milliseconds. */
const CLOSE_MS = 2000;

/** Tracing by OpenTelemetry. It registers nothing globally, so an embedding program keeps its own setup. */
export function openTelemetry({ endpoint, service, ratio }: TracingOptions): Tracing {
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const root = new TraceIdRatioBasedSampler(ratio);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    // A stranger's header sets the parent, but it must not make the server keep more traces than configured.
    sampler: new ParentBasedSampler({ root, remoteParentSampled: root }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })],
  });
  const tracer = provider.getTracer('peerql');
  const propagator = new W3CTraceContextPropagator();
  const active = new AsyncLocalStorage<Context>();

  function within<T>(span: Span, parent: Context, work: () => T): T {
    try {
      const result = active.run(trace.setSpan(parent, span), work);
      if (result instanceof Promise) {
        result.then(
          () => span.end(),
          (error: unknown) => fail(span, error),
        );
      } else {
        span.end();
      }
      return result;
    } catch (error) {
      fail(span, error);
      throw error;
    }
  }

  return {
    span(name, attributes, work) {
      const parent = active.getStore() ?? ROOT_CONTEXT;
      return within(tracer.startSpan(name, { attributes }, parent), parent, work);
    },
    request(headers, name, attributes, work) {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const options = { attributes, kind: SpanKind.SERVER };
      return within(tracer.startSpan(name, options, parent), parent, work);
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      // A collector that does not answer must not keep the server from stopping.
      await Promise.race([provider.shutdown(), deadline]).catch(() => {});
      clearTimeout(timer);
    },
  };
}

// Only the name: an error's message may contain what somebody sent.
function fail(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.constructor.name : 'Error';
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.end();
}
