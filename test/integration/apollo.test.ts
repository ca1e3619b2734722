import { readFileSync } from 'node:fs';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { buildSchema, isAbstractType, OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { CookieFetch } from '../kit/cookie-fetch.ts';
import { webSocketWith } from '../kit/cookie-socket.ts';
import { describeFirstCall, type FlowClient } from '../kit/first-call.ts';
import type { TestServer } from '../kit/server.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
);

/** Apollo Client as its documentation sets it up: queries and mutations over HTTP, subscriptions over WebSocket. */
function connect(server: TestServer): FlowClient {
  const cookies = new CookieFetch();
  const socket = createClient({
    url: server.socketUrl,
    webSocketImpl: webSocketWith(cookies),
    connectionParams: () => (flow.token === null ? {} : { token: flow.token }),
  });
  const authorize = new SetContextLink(({ headers }) => ({
    headers: flow.token === null ? headers : { ...headers, authorization: `Bearer ${flow.token}` },
  }));
  const http = new HttpLink({ uri: server.graphqlUrl, fetch: cookies.fetch });
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      authorize.concat(http),
    ),
  });
  const flow: FlowClient = {
    token: null,
    async query(query, variables) {
      const { data } = await client.query({
        query,
        variables: variables as never,
        fetchPolicy: 'no-cache',
      });
      if (data === undefined) throw new Error('There was no answer.');
      return data as never;
    },
    async mutate(mutation, variables) {
      const { data } = await client.mutate({ mutation, variables: variables as never });
      if (data === undefined) throw new Error('There was no answer.');
      return data as never;
    },
    subscribe(query, variables, observer) {
      const running = client
        .subscribe({ query, variables: variables as never, fetchPolicy: 'no-cache' })
        .subscribe({
          next: ({ data }) => data && observer.next(data as never),
          error: () => observer.ended(),
          complete: () => observer.ended(),
        });
      return () => running.unsubscribe();
    },
    async close() {
      client.stop();
      await socket.dispose();
    },
  };
  return flow;
}

describeFirstCall('Apollo Client', connect);
