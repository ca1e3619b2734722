import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { MeDocument, RegisterDocument } from '../../src/client/generated/graphql.ts';
import { CookieFetch } from '../kit/cookie-fetch.ts';
import { webSocketWith } from '../kit/cookie-socket.ts';
import { describeFirstCall, type FlowClient } from '../kit/first-call.ts';
import { startServer, type TestServer } from '../kit/server.ts';

function connect(server: TestServer, cookies = new CookieFetch()): FlowClient {
  const socket = createClient({
    url: server.socketUrl,
    webSocketImpl: webSocketWith(cookies),
    connectionParams: () => (flow.token === null ? {} : { token: flow.token }),
  });
  const client = new Client({
    url: server.graphqlUrl,
    fetch: cookies.fetch,
    fetchOptions: () =>
      flow.token === null ? {} : { headers: { authorization: `Bearer ${flow.token}` } },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query: query ?? '', ...(variables && { variables }) },
              // graphql-ws types its results more loosely than urql.
              sink as Parameters<typeof socket.subscribe>[1],
            ),
          }),
        }),
      }),
    ],
  });
  const flow: FlowClient = {
    token: null,
    async query(document, variables) {
      const { data, error } = await client.query(document, variables as never).toPromise();
      if (data === undefined) throw error ?? new Error('There was no answer.');
      return data;
    },
    async mutate(document, variables) {
      const { data, error } = await client.mutation(document, variables as never).toPromise();
      if (data === undefined) throw error ?? new Error('There was no answer.');
      return data;
    },
    subscribe(document, variables, observer) {
      const { unsubscribe } = client
        .subscription(document, variables as never)
        .subscribe(({ data, hasNext, error }) => {
          if (data !== undefined && error === undefined) observer.next(data);
          if (hasNext === false || error !== undefined) observer.ended();
        });
      return unsubscribe;
    },
    close: async () => socket.dispose(),
  };
  return flow;
}

describeFirstCall('urql', connect);

test('urql queries by GET without being told otherwise, signed in by cookie', async () => {
  const server = await startServer();
  const cookies = new CookieFetch();
  const client = connect(server, cookies);
  await client.mutate(RegisterDocument, {
    input: { name: 'Ann', email: 'ann@example.com', password: 'correct horse battery' },
  });
  const { me } = await client.query(MeDocument, {});
  expect(me?.name).toBe('Ann');
  const { pathname } = new URL(server.graphqlUrl);
  expect(cookies.requests).toEqual([`POST ${pathname}`, `GET ${pathname}`]);
  await client.close();
  await server.close();
});
