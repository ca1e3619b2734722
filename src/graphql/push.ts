import { PushUnavailableError } from '../domain/people/errors.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';
import { attempt, resultUnion } from './errors.ts';

const SavePushSubscriptionInput = builder.inputType('SavePushSubscriptionInput', {
  description: 'A subscription of the Push API, as `PushSubscription.toJSON()` gives it.',
  fields: (t) => ({
    endpoint: t.string({
      required: true,
      description:
        'Its `endpoint`: an `https:` URL with a public address, at most 2048 characters.',
    }),
    p256dh: t.string({
      required: true,
      description: 'Its `keys.p256dh`: an uncompressed point of P-256, 65 bytes, in base64url.',
    }),
    auth: t.string({ required: true, description: 'Its `keys.auth`: 16 bytes in base64url.' }),
  }),
});

const SavePushSubscriptionSuccess = builder
  .objectRef<{ endpoint: string }>('SavePushSubscriptionSuccess')
  .implement({
    description: 'Calls ring there, too, until it is removed or the session ends.',
    fields: (t) => ({
      endpoint: t.exposeString('endpoint', { description: 'The endpoint that was saved.' }),
    }),
  });

const RemovePushSubscriptionInput = builder.inputType('RemovePushSubscriptionInput', {
  description: 'Which subscription.',
  fields: (t) => ({
    endpoint: t.string({ required: true, description: 'The endpoint that was saved.' }),
  }),
});

const RemovePushSubscriptionSuccess = builder
  .objectRef<{ removed: boolean }>('RemovePushSubscriptionSuccess')
  .implement({
    description: 'No message is sent there any more.',
    fields: (t) => ({
      removed: t.exposeBoolean('removed', { description: 'Whether the caller had saved it.' }),
    }),
  });

/** Adds the fields of this file to the schema. */
export function addPush(): void {
  builder.queryField('pushKey', (t) =>
    t.string({
      nullable: true,
      description:
        'The key of this server for push messages (RFC 8292), for `applicationServerKey` of `PushManager.subscribe`; null if it sends none.',
      resolve: (_root, _args, { services }) => services.pushKey,
    }),
  );

  builder.mutationFields((t) => ({
    savePushSubscription: t.field({
      type: resultUnion(SavePushSubscriptionSuccess, [PushUnavailableError]),
      description:
        'Saves where the caller’s browser gets push messages, so that calls ring while no page is open. One that somebody else has saved moves to the caller if it has the same keys, because then it is the same browser; otherwise it is refused.',
      args: {
        input: t.arg({
          type: SavePushSubscriptionInput,
          required: true,
          description: 'The subscription.',
        }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          await context.services.pushSubscriptions.save(signedIn(context), input);
          return { endpoint: input.endpoint };
        }),
    }),
    removePushSubscription: t.field({
      type: resultUnion(RemovePushSubscriptionSuccess, []),
      description: 'Removes a subscription of the caller.',
      args: {
        input: t.arg({
          type: RemovePushSubscriptionInput,
          required: true,
          description: 'Which one.',
        }),
      },
      resolve: (_root, { input: { endpoint } }, context) =>
        attempt(async () => {
          const { pushSubscriptions } = context.services;
          return { removed: await pushSubscriptions.remove(signedIn(context), endpoint) };
        }),
    }),
  }));
}
