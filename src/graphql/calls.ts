import type { Call } from '../domain/call/call.ts';
import type { CallPage } from '../domain/people/call-history.ts';
import { pageCursor } from '../domain/rooms/pages.ts';
import { builder } from './builder.ts';
import { CallType } from './call.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';
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
    seenUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Calls that were made until then are seen, on whatever device of the caller, see `markCallsSeen`; null: none was marked yet.',
      resolve: (_page, _args, context) =>
        context.services.callHistory.seenUntil(signedIn(context).accountId),
    }),
  }),
});

const MarkCallsSeenInput = builder.inputType('MarkCallsSeenInput', {
  description: 'Which calls the caller has seen.',
  fields: (t) => ({
    until: t.field({
      type: 'DateTime',
      required: true,
      description:
        'Calls that were made until then are seen: `createdAt` of the newest one that was shown. A moment in the future counts as now.',
    }),
  }),
});

const MarkCallsSeenSuccess = builder
  .objectRef<{ seenUntil: Date }>('MarkCallsSeenSuccess')
  .implement({
    description: 'It is kept, and the devices of the caller are told.',
    fields: (t) => ({
      seenUntil: t.expose('seenUntil', {
        type: 'DateTime',
        description: 'As it is now: it never goes back.',
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

  builder.mutationField('markCallsSeen', (t) =>
    t.field({
      type: resultUnion(MarkCallsSeenSuccess, []),
      description:
        'Keeps with the account which calls the caller has seen, so that none is shown as newly missed on another device. The devices are told by `CallsSeen`.',
      args: {
        input: t.arg({ type: MarkCallsSeenInput, required: true, description: 'Which calls.' }),
      },
      resolve: (_root, { input: { until } }, context) =>
        attempt(async () => {
          const { callHistory } = context.services;
          return { seenUntil: await callHistory.markSeen(signedIn(context), until) };
        }),
    }),
  );
}
