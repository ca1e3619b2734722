import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNullableType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { CallKind } from '../domain/call-budgets.ts';
import { RateLimitedError } from '../domain/errors.ts';
import type { Context } from './context.ts';
import { asFailure } from './errors.ts';

/** What a field costs, and which budget pays; null: the domain has a budget for it for each participant. */
type Price = { readonly kind: CallKind; readonly price: number } | null;

/** What each field of these types costs, unless {@link PRICES} says otherwise. */
const DEFAULTS: Readonly<Record<string, Price>> = {
  Query: { kind: 'query', price: 1 },
  AdminQuery: { kind: 'query', price: 1 },
  Mutation: { kind: 'mutation', price: 1 },
  AdminMutation: { kind: 'mutation', price: 1 },
};

const told = (price: number): Price => ({ kind: 'told', price });

/** Changes that others are told of cost more, the more people are told. Signals have their own budget. */
const PRICES: Readonly<Record<string, Price>> = {
  'Account.sessions': { kind: 'query', price: 1 },
  'CallConnection.seenUntil': { kind: 'query', price: 1 },
  'Query.rooms': { kind: 'query', price: 2 },
  // Everybody is told in every room that the caller is in.
  'Mutation.updateProfile': told(5),
  // All contacts are told.
  'Mutation.updateReachability': told(5),
  'Mutation.updateRoom': told(2),
  'Mutation.closeRoom': told(2),
  'Mutation.removeParticipant': told(1),
  'Mutation.muteParticipant': told(1),
  'Mutation.setMedia': told(1),
  'Mutation.raiseHand': told(1),
  'Mutation.ring': told(2),
  'Mutation.acceptCall': told(1),
  'Mutation.declineCall': told(1),
  'Mutation.cancelCall': told(1),
  // All devices of the caller are told.
  'Mutation.markCallsSeen': told(1),
  'Mutation.sendOffer': null,
  'Mutation.sendAnswer': null,
  'Mutation.sendIceCandidates': null,
};

type Resolver = GraphQLFieldResolver<unknown, Context>;

/**
 * Puts a price on every query and mutation of a schema, over HTTP and WebSocket alike; a field that is added later has
 * the default price. The caller's account and address pay it before anything is done.
 */
export function withBudgets(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const price = PRICES[`${type.name}.${field.name}`];
      const paid = price === undefined ? DEFAULTS[type.name] : price;
      if (!paid) continue;
      const answers = isUnionType(getNullableType(field.type));
      field.resolve = priced(field.resolve ?? defaultFieldResolver, paid, answers);
    }
  }
  return schema;
}

/** @param answers whether the field answers with a union that has RateLimitedError; otherwise it is thrown */
function priced(
  resolve: Resolver,
  { kind, price }: NonNullable<Price>,
  answers: boolean,
): Resolver {
  return (source, args, context, info) => {
    const { caller, address } = context;
    try {
      context.services.budgets.pay(kind, price, { accountId: caller?.accountId ?? null, address });
    } catch (error) {
      if (answers && error instanceof RateLimitedError) return asFailure(error);
      throw error;
    }
    return resolve(source, args, context, info);
  };
}
