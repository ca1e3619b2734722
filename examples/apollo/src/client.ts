import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { possibleTypes } from '@peerql/client/possible-types';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';

const endpoint = new URL('./graphql', location.href).href;

/** Connects when the first subscription starts, which is after signing in; the browser sends the cookie. */
const socket = createClient({
  url: endpoint.replace(/^http/, 'ws'),
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
});

/** Signals also go over the socket, where they arrive in the order in which they were sent. */
const SIGNALS = new Set(['SendOffer', 'SendAnswer', 'SendIceCandidates']);

export const client = new ApolloClient({
  // With this the cache knows what `... on Error` means. Events never reach the cache: see `no-cache` in use-room.ts.
  cache: new InMemoryCache({ possibleTypes }),
  link: ApolloLink.split(
    ({ operationName, operationType }) =>
      operationType === OperationTypeNode.SUBSCRIPTION || SIGNALS.has(operationName ?? ''),
    new GraphQLWsLink(socket),
    new HttpLink({ uri: endpoint }),
  ),
});
