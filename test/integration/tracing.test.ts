import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { MeDocument } from '../../src/client/generated/graphql.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { startServer } from '../kit/server.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status: { readonly code?: number; readonly message?: string };
}

interface Export {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: { readonly spans: Span[] }[];
  }[];
}

/** A collector that takes OTLP over HTTP, as JSON, and keeps what it is given. */
async function startCollector() {
  const exports: Export[] = [];
  const requests: { url: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    json(request).then((body) => {
      exports.push(body as Export);
      response.setHeader('Content-Type', 'application/json');
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    exports,
    spans: () =>
      exports.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

test('requests, operations and calls to the store are spans of one trace, the sender’s', async () => {
  const collector = await startCollector();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: 'peerql-test',
    PREPARING_MS_PER_SECOND: '1000',
  };
  const server = await startServer({ env });
  const ann = await register(server.graphqlUrl, 'Ann');
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
  await post(
    server.graphqlUrl,
    '{ me { id sessions { id } } }',
    {},
    { ...ann.headers, traceparent },
  );
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const host = new Participant(server.socketUrl, ann);
  await host.join({ roomId, clientKey: 'ann' });
  await host.offer(roomId, 'nobody', 'v=0');
  await host.dispose();
  // What is left is sent before a server has stopped.
  await server.close();
  await collector.close();

  const spans = collector.spans();
  expect(collector.requests.every(({ url }) => url === '/v1/traces')).toBe(true);
  const attributes = collector.exports[0]?.resourceSpans[0]?.resource.attributes;
  expect(attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'peerql-test' } });
  const ofTrace = spans.filter((span) => span.traceId === traceId);
  const request = ofTrace.find(({ name }) => name === 'POST /graphql');
  expect(request?.parentSpanId).toBe('00f067aa0ba902b7');
  const operation = ofTrace.find(({ name }) => name === 'GraphQL me');
  expect(operation?.parentSpanId).toBe(request?.spanId);
  const find = ofTrace.find(({ name }) => name === 'sessions.find');
  expect(find?.parentSpanId).toBe(request?.spanId);
  expect(ofTrace.map(({ name }) => name)).toContain('sessions.listByAccount');

  const registered = spans.find(({ name }) => name === 'GraphQL register');
  const inserted = spans.find(({ name }) => name === 'accounts.insert');
  expect(inserted?.parentSpanId).toBe(registered?.spanId);
  expect(spans.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['GraphQL roomEvents', 'GraphQL sendOffer', 'rooms.insert']),
  );
  // Nothing of what people sent, and nobody's name.
  for (const secret of [ann.email, ann.password, ann.token, ann.accountId, roomId]) {
    expect(JSON.stringify(collector.exports)).not.toContain(secret);
  }
});

test('a share of 0 keeps none, whatever the sender’s header asks for', async () => {
  const collector = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: '0' };
  const server = await startServer({ env });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await post(server.graphqlUrl, MeDocument, {}, { traceparent });
  await server.close();
  await collector.close();
  expect(collector.spans()).toEqual([]);
});

test('a collector that is away is nobody’s trouble', async () => {
  const collector = await startCollector();
  await collector.close();
  const server = await startServer({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  const ann = await register(server.graphqlUrl, 'Ann');
  expect((await post(server.graphqlUrl, MeDocument, {}, ann.headers)).data?.me?.name).toBe('Ann');
  await server.close();
});
