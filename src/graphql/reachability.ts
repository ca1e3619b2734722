import type { AllowedCallers, Reach } from '../domain/people/ports.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

const AllowedCallersType = builder.enumType('AllowedCallers', {
  description: 'Who may call somebody. A blocked user never may, and neither may guests.',
  values: {
    EVERYONE: { description: 'Everybody with an account.' },
    CONTACTS: { description: 'Accepted contacts.' },
    NOBODY: { description: 'Nobody.' },
  } as const satisfies Record<AllowedCallers, object>,
});

const ReachabilityType = builder.objectRef<Reach>('Reachability').implement({
  description: 'What the caller lets others do.',
  fields: (t) => ({
    allowCallsFrom: t.expose('allowCallsFrom', {
      type: AllowedCallersType,
      description: 'Who may call. Default: CONTACTS.',
    }),
    showPresence: t.exposeBoolean('showPresence', {
      description: 'Whether accepted contacts may see when the caller is online. Default: true.',
    }),
    callWaiting: t.exposeBoolean('callWaiting', {
      description:
        'Whether a second call may knock while the caller is in one or is rung, instead of being BUSY. Default: false.',
    }),
  }),
});

const UpdateReachabilityInput = builder.inputType('UpdateReachabilityInput', {
  description: 'What changes. A field that is not given stays as it is.',
  fields: (t) => ({
    allowCallsFrom: t.field({ type: AllowedCallersType, description: 'Who may call.' }),
    showPresence: t.boolean({
      description: 'Whether accepted contacts may see when the caller is online.',
    }),
    callWaiting: t.boolean({
      description: 'Whether a second call may knock while the caller is in one or is rung.',
    }),
  }),
});

const UpdateReachabilitySuccess = builder
  .objectRef<{ reachability: Reach }>('UpdateReachabilitySuccess')
  .implement({
    description: 'It is changed.',
    fields: (t) => ({
      reachability: t.expose('reachability', {
        type: ReachabilityType,
        description: 'As it is now.',
      }),
    }),
  });

/** Adds the fields of this file to the schema. */
export function addReachability(): void {
  builder.queryField('reachability', (t) =>
    t.field({
      type: ReachabilityType,
      description: 'What the caller lets others do.',
      resolve: (_root, _args, context) => context.services.reachability.own(signedIn(context)),
    }),
  );

  builder.mutationField('updateReachability', (t) =>
    t.field({
      type: resultUnion(UpdateReachabilitySuccess, []),
      description:
        'Changes who may call the caller, also during a call, and who sees that the caller is online.',
      args: {
        input: t.arg({
          type: UpdateReachabilityInput,
          required: true,
          description: 'What changes.',
        }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const { reachability } = context.services;
          return { reachability: await reachability.update(signedIn(context), input) };
        }),
    }),
  );
}
