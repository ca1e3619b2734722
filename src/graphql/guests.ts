import { GuestsNotAllowedError, RoomLockedError, RoomNotFoundError } from '../domain/errors.ts';
import { admissionType, admit, Delivery, NAME_RULE, overHttp } from './accounts.ts';
import { builder } from './builder.ts';
import { attempt, resultUnion } from './errors.ts';

const EnterAsGuestInput = builder.inputType('EnterAsGuestInput', {
  description: 'Who enters a room without an account.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'The room’s id, from its link.' }),
    name: t.string({ required: true, description: NAME_RULE }),
    delivery: t.field({
      type: Delivery,
      required: true,
      defaultValue: 'COOKIE',
      description: 'How the token reaches the client.',
    }),
  }),
});

/** Adds the fields of this file to the schema. */
export function addGuests(): void {
  builder.mutationField('enterAsGuest', (t) =>
    t.field({
      type: resultUnion(
        admissionType('EnterAsGuestSuccess', 'A guest of that room, signed in. Now join it.'),
        [RoomNotFoundError, GuestsNotAllowedError, RoomLockedError],
      ),
      description:
        'Signs in with only a name, as a guest of one room that allows guests. The guest may join only that room, if its access permits, and is deleted with it. Over HTTP only.',
      args: {
        input: t.arg({
          type: EnterAsGuestInput,
          required: true,
          description: 'Who enters, and which room.',
        }),
      },
      resolve: (_root, { input }, context) =>
        attempt(async () => {
          const exchange = overHttp(context);
          const signed = await context.services.guests.enter(input, context);
          if (input.delivery !== 'BEARER') exchange.rememberDevice();
          return admit(signed, input.delivery, exchange);
        }),
    }),
  );
}
