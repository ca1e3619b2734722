import { builder } from './builder.ts';

export const PageInfo = builder
  .objectRef<{ hasNextPage: boolean; endCursor: string | null }>('PageInfo')
  .implement({
    description: 'The place of a page in a connection (Relay Cursor Connections).',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether more follow.' }),
      hasPreviousPage: t.boolean({
        description: 'Always false: this connection is read forwards.',
        resolve: () => false,
      }),
      startCursor: t.string({
        nullable: true,
        description: 'Always null: this connection is read forwards.',
        resolve: () => null,
      }),
      endCursor: t.exposeString('endCursor', {
        nullable: true,
        description: 'Give it as `after` for the next page; null on an empty page.',
      }),
    }),
  });
