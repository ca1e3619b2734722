import { type DocumentNode, Kind } from 'graphql';
import { createClient as createSocket } from 'graphql-ws';
import { Client, fetchExchange, subscriptionExchange } from 'urql';

const endpoint = new URL('./graphql', location.href).href;

/** Connects when the first subscription starts, which is after signing in; the browser sends the cookie. */
const socket = createSocket({
  url: endpoint.replace(/^http/, 'ws'),
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
});

/** Signals also go over the socket, where they arrive in the order in which they were sent. */
const SIGNALS = new Set(['SendOffer', 'SendAnswer', 'SendIceCandidates']);

function isSignal(query: DocumentNode): boolean {
  return query.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && SIGNALS.has(one.name?.value ?? ''),
  );
}

export const client = new Client({
  url: endpoint,
  preferGetMethod: false,
  // No cache: the participants come as a stream of events.
  exchanges: [
    subscriptionExchange({
      isSubscriptionOperation: ({ kind, query }) => kind === 'subscription' || isSignal(query),
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ query, variables: variables ?? null }, sink),
        }),
      }),
    }),
    fetchExchange,
  ],
});
