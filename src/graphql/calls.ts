import type { Call } from '../domain/call/call.ts';
import type { CallPage } from '../domain/people/call-history.ts';
import { pageCursor } from '../domain/rooms/pages.ts';
import { builder } from './builder.ts';
import { CallType } from './call.ts';
import { signedIn } from './context.ts';
import { PageInfo } from './page-info.ts';

const CallEdge = builder.objectRef<Call>('CallEdge').implement({
  description: 'A call in a connection.',
  fields: (t) => ({
    cursor: t.string({ description: 'Its place in the connection.', resolve: pageCursor }),
    node: t.field({ type: CallType, description: 'The call.', resolve: (call) => call }),
  }),
});

const CallConnection = builder.objectRef<CallPage>('CallConnection').implement({
  description: 'A page of calls (Relay Cursor Connections).',
  fields: (t) => ({
    edges: t.field({
      type: [CallEdge],
      description: 'The calls of this page, newest first.',
      resolve: ({ calls }) => [...calls],
    }),
    pageInfo: t.field({
      type: PageInfo,
      description: 'The place of this page.',
      resolve: ({ calls, hasNextPage }) => {
        const last = calls.at(-1);
        return { hasNextPage, endCursor: last === undefined ? null : pageCursor(last) };
      },
    }),
  }),
});

/** Adds the fields of this file to the schema. */
export function addCalls(): void {
  builder.queryField('calls', (t) =>
    t.field({
      type: CallConnection,
      description:
        'The calls that the caller made or got and that have ended, newest first. They are kept for 90 days, unless the server is configured otherwise.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: 'From 1 to 100.' }),
        after: t.arg.string({ description: 'The `endCursor` of the page before.' }),
      },
      resolve: (_root, { first, after }, context) =>
        context.services.callHistory.page(signedIn(context), first ?? 20, after ?? null),
    }),
  );
}
