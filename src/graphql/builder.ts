import SchemaBuilder from '@pothos/core';
import type { Context } from './context.ts';
import { formatMoment } from './moment.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date | number };
  };
}>({ defaultFieldNullability: false });

builder.queryType({ description: 'What can be read.' });
builder.mutationType({
  description:
    'What can be changed. Every expected failure is a member of the result union and implements `Error`.',
});
builder.subscriptionType({ description: 'What can be followed, over a WebSocket.' });

builder.scalarType('DateTime', {
  description: 'A moment in UTC, in the format of RFC 3339: `2026-01-31T12:00:00.000Z`.',
  serialize: formatMoment,
  parseValue: (value) => {
    const moment = new Date(typeof value === 'string' ? value : Number.NaN);
    if (Number.isNaN(moment.getTime())) throw new TypeError('A DateTime is an RFC 3339 string.');
    return moment;
  },
});
