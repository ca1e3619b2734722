import { createServer } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { abstractTypes, mutations } from './graphql/resolvers.ts';
import { Rooms } from './graphql/rooms.ts';
import { typeDefs } from './graphql/schema.ts';
import { stay } from './graphql/stay.ts';
import { listening } from './listening.ts';

// Yoga with graphql-ws, wired as its documentation says (Features → Subscriptions → WebSocket).

interface Context {
  userId: string;
}

const pubSub = createPubSub<{ stay: [id: string, event: object] }>();
const rooms = new Rooms((id, event) => pubSub.publish('stay', id, event));

const schema = createSchema<Context>({
  typeDefs,
  resolvers: {
    ...abstractTypes,
    Mutation: mutations(rooms),
    Subscription: {
      roomEvents: {
        subscribe: (_: unknown, { roomId }: { roomId: string }, { userId }: Context) => {
          const newcomer = rooms.newcomer(userId);
          return stay(rooms, roomId, newcomer, pubSub.subscribe('stay', newcomer.id));
        },
        resolve: (event: object) => event,
      },
    },
  },
});

const yoga = createYoga<{ connectionParams?: { token: string } }, Context>({
  schema,
  graphiql: { subscriptionsProtocol: 'WS' },
  context: ({ connectionParams }) => ({ userId: connectionParams?.token ?? '' }),
});

interface Enveloped extends ExecutionArgs {
  rootValue: {
    execute(args: ExecutionArgs): unknown;
    subscribe(args: ExecutionArgs): unknown;
  };
}

const server = createServer(yoga);
useServer(
  {
    execute: (args) => (args as Enveloped).rootValue.execute(args) as never,
    subscribe: (args) => (args as Enveloped).rootValue.subscribe(args) as never,
    onSubscribe: async (context, _id, params) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...context,
        req: context.extra.request,
        socket: context.extra.socket,
        params,
      } as never);
      const args: ExecutionArgs = {
        schema,
        operationName: params.operationName ?? null,
        document: parse(params.query),
        variableValues: params.variables ?? null,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);
listening(server);
