import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { abstractTypes, mutations } from './graphql/resolvers.ts';
import { Rooms } from './graphql/rooms.ts';
import { typeDefs } from './graphql/schema.ts';
import { stay } from './graphql/stay.ts';
import { listening } from './listening.ts';

// Apollo Server with graphql-ws, wired as its documentation says (Subscriptions). Signals also come over the WebSocket,
// which is cheaper than the HTTP requests of Apollo's split link.

interface Context {
  userId: string;
}

const pubSub = new PubSub();
const rooms = new Rooms((id, event) => {
  pubSub.publish(id, { roomEvents: event });
});

const schema = makeExecutableSchema({
  typeDefs,
  resolvers: {
    ...abstractTypes,
    Mutation: mutations(rooms),
    Subscription: {
      roomEvents: {
        subscribe: (_: unknown, { roomId }: { roomId: string }, { userId }: Context) => {
          const newcomer = rooms.newcomer(userId);
          return stay(rooms, roomId, newcomer, pubSub.asyncIterableIterator(newcomer.id));
        },
      },
    },
  },
});

const app = express();
const server = createServer(app);
const cleanup = useServer(
  {
    schema,
    context: (context): Context => ({ userId: String(context.connectionParams?.token) }),
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
const apollo = new ApolloServer({
  schema,
  plugins: [
    ApolloServerPluginDrainHttpServer({ httpServer: server }),
    {
      serverWillStart: async () => ({ drainServer: async () => cleanup.dispose() }),
    },
  ],
});
await apollo.start();
app.use('/graphql', express.json(), expressMiddleware(apollo));
listening(server);
