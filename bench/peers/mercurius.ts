import type { Readable } from 'node:stream';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { announce } from '../harness/rpc.ts';
import { abstractTypes, mutations } from './graphql/resolvers.ts';
import { Rooms } from './graphql/rooms.ts';
import { typeDefs } from './graphql/schema.ts';
import { stay } from './graphql/stay.ts';

// Mercurius with its own subscriptions, all operations over the WebSocket, and its compiler switched on.

interface PubSub {
  subscribe(topic: string): Promise<Readable>;
  publish(event: { topic: string; payload: object }): void;
}

const app = fastify();
const rooms = new Rooms((id, event) =>
  app.graphql.pubsub.publish({ topic: id, payload: { roomEvents: event } }),
);

app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    ...abstractTypes,
    Mutation: mutations(rooms) as never,
    Subscription: {
      roomEvents: {
        subscribe: async (
          _: unknown,
          { roomId }: { roomId: string },
          context: { userId: string; pubsub: PubSub },
        ) => {
          const newcomer = rooms.newcomer(context.userId);
          const events = await context.pubsub.subscribe(newcomer.id);
          return stay(rooms, roomId, newcomer, events[Symbol.asyncIterator]());
        },
      },
    } as never,
  },
  jit: 1,
  subscription: {
    fullWsTransport: true,
    onConnect: (message: { payload: { token: string } }) => ({ userId: message.payload.token }),
  },
});

await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
announce({ port: (app.server.address() as { port: number }).port });
