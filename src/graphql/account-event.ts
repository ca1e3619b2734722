import type { AccountEvent } from '../domain/calling/account-event.ts';
import { builder } from './builder.ts';

export const AccountEventType = builder
  .interfaceRef<Pick<AccountEvent, 'cursor' | 'at'>>('AccountEvent')
  .implement({
    description: 'Something that the devices of an account are told.',
    fields: (t) => ({
      cursor: t.exposeID('cursor', {
        description:
          'Its place in the account’s log; opaque. Cursors of one account grow: compare them as strings to ignore repeats.',
      }),
      at: t.expose('at', {
        type: 'DateTime',
        description: 'When it happened, by the server’s clock.',
      }),
    }),
    resolveType: (event) => ('type' in event ? String(event.type) : null),
  });

/** Declares the type of an event. */
export function accountEventType<Type extends AccountEvent['type']>(type: Type) {
  return builder.objectRef<Extract<AccountEvent, { type: Type }>>(type);
}
