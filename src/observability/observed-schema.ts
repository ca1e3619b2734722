import {
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLSchema,
} from 'graphql';
import { DomainError } from '../domain/errors.ts';
import type { Context } from '../graphql/context.ts';
import type { Metrics } from './metrics.ts';
import type { OperationLog } from './operation-log.ts';
import type { Tracing } from './tracing.ts';

export interface SchemaObservers {
  readonly metrics: Metrics | null;
  readonly tracing: Tracing | null;
  readonly log: OperationLog;
  /** Called for each call that had to wait, just before it continues. */
  readonly onResumed: ((context: Context) => void) | null;
}

type Resolver = GraphQLFieldResolver<unknown, Context>;

/**
 * The schema with its root fields observed. Each call is counted and timed by the field's own name, whatever its alias,
 * and the important ones are logged. All operations, compiled or not, run through here.
 */
export function observeSchema(schema: GraphQLSchema, observers: SchemaObservers): GraphQLSchema {
  const config = schema.toConfig();
  const roots = new Map(
    [config.query, config.mutation, config.subscription].flatMap((root) =>
      root ? [[root, observeRoot(root, observers)]] : [],
    ),
  );
  const observed = (root: GraphQLObjectType | null | undefined) => root && roots.get(root);
  return new GraphQLSchema({
    ...config,
    query: observed(config.query),
    mutation: observed(config.mutation),
    subscription: observed(config.subscription),
    types: config.types.map((type) =>
      type instanceof GraphQLObjectType ? (roots.get(type) ?? type) : type,
    ),
  });
}

function observeRoot(root: GraphQLObjectType, observers: SchemaObservers): GraphQLObjectType {
  const config = root.toConfig();
  const fields = Object.entries(config.fields).map(([name, field]) => [
    name,
    observeField(name, field, observers),
  ]);
  return new GraphQLObjectType({ ...config, fields: Object.fromEntries(fields) });
}

type Field = GraphQLFieldConfig<unknown, Context>;

function observeField(name: string, field: Field, observers: SchemaObservers): Field {
  // A subscription is observed where it begins; its resolver runs for each event.
  if (field.subscribe) return { ...field, subscribe: observe(name, field.subscribe, observers) };
  return field.resolve ? { ...field, resolve: observe(name, field.resolve, observers) } : field;
}

function observe(name: string, resolve: Resolver, observers: SchemaObservers): Resolver {
  const { tracing, metrics } = observers;
  const writeLine = observers.log.writerOf(name);
  const traced: Resolver =
    tracing === null
      ? resolve
      : (root, args, context, info) =>
          tracing.span(`GraphQL ${name}`, { 'graphql.field': name }, () =>
            resolve(root, args, context, info),
          );
  if (metrics === null && writeLine === null) return traced;
  const series = metrics?.operation(name) ?? null;

  function done(began: number, failure: string | null, context: Context): void {
    const ms = performance.now() - began;
    series?.done(ms, failure);
    writeLine?.(context, ms, failure);
  }

  return (root, args, context, info) => {
    const began = performance.now();
    let result: unknown;
    try {
      result = traced(root, args, context, info);
    } catch (error) {
      done(began, nameOf(error), context);
      throw error;
    }
    if (!(result instanceof Promise)) {
      done(began, failureOf(result), context);
      return result;
    }
    return result.then(
      (settled) => {
        done(began, failureOf(settled), context);
        observers.onResumed?.(context);
        return settled;
      },
      (error: unknown) => {
        done(began, nameOf(error), context);
        throw error;
      },
    );
  };
}

/** The type of an answer that is an expected failure; null for every other answer. */
function failureOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('typeName' in answer)) return null;
  return typeof answer.typeName === 'string' ? answer.typeName : null;
}

function nameOf(error: unknown): string {
  return error instanceof DomainError ? error.constructor.name : 'InternalError';
}
