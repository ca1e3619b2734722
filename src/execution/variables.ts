import {
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  isInputType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from 'graphql';
import { type Coerce, coercionOf, INVALID } from './coercion.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** The limits of the variables of one call. */
export interface VariableLimits {
  /** Items of lists and fields of objects, all together. */
  readonly items: number;
  /** How deep lists and objects may be nested. */
  readonly depth: number;
}

/** After this many errors, variables are not checked further. */
export const MAX_VARIABLE_ERRORS = 3;

/** Checks variables against their limits, and stops at the limit. Null if nothing is wrong. */
export function measureVariables(
  variables: Variables | null | undefined,
  limits: VariableLimits,
): GraphQLError | null {
  if (variables === null || variables === undefined) return null;
  const counted = countItems(variables, 0, 0, limits);
  return typeof counted === 'number' ? null : counted;
}

/** Adds what is in `holder`, at this depth, to the items before it. The limit of depth bounds the recursion. */
function countItems(
  holder: object,
  depth: number,
  before: number,
  limits: VariableLimits,
): number | GraphQLError {
  if (depth > limits.depth) return tooManyVariables('depth', 'levels', limits.depth);
  let items = before;
  const values: readonly unknown[] = Array.isArray(holder) ? holder : Object.values(holder);
  for (const value of values) {
    items += 1;
    if (items > limits.items) return tooManyVariables('items', 'items', limits.items);
    if (typeof value !== 'object' || value === null) continue;
    const counted = countItems(value, depth + 1, items, limits);
    if (typeof counted !== 'number') return counted;
    items = counted;
  }
  return items;
}

function tooManyVariables(limit: string, what: string, max: number): GraphQLError {
  return new GraphQLError(`The variables are too big: at most ${max} ${what} are allowed.`, {
    extensions: { code: 'VARIABLES_TOO_BIG', limit, max },
  });
}

interface Declared {
  readonly name: string;
  readonly required: boolean;
  readonly fallback: unknown;
  readonly coerce: Coerce;
}

/**
 * Coerces the variables of one operation (GraphQL specification §6.1.2) by functions that are made once. It stops at
 * the first wrong value; the error messages are then those of graphql-js.
 */
export class VariableCoercion {
  readonly #schema: GraphQLSchema;
  readonly #operation: OperationDefinitionNode;
  readonly #introspection: boolean;
  readonly #declared: readonly Declared[];

  /** @param introspection whether errors may name parts of the schema */
  constructor(schema: GraphQLSchema, operation: OperationDefinitionNode, introspection: boolean) {
    this.#schema = schema;
    this.#introspection = introspection;
    this.#operation = operation;
    this.#declared = (operation.variableDefinitions ?? []).flatMap((definition) => {
      const type = typeFromAST(schema, definition.type);
      if (!isInputType(type)) return [];
      const { defaultValue } = definition;
      return {
        name: definition.variable.name.value,
        required: isNonNullType(type) && defaultValue === undefined,
        fallback: defaultValue && valueFromAST(defaultValue, type),
        coerce: coercionOf(type),
      };
    });
  }

  coerce(variables: Variables): Variables | readonly GraphQLError[] {
    const coerced: Record<string, unknown> = {};
    for (const { name, required, fallback, coerce } of this.#declared) {
      if (!Object.hasOwn(variables, name)) {
        if (required) return this.#errors(variables);
        if (fallback !== undefined) coerced[name] = fallback;
        continue;
      }
      const value = coerce(variables[name]);
      if (value === INVALID) return this.#errors(variables);
      coerced[name] = value;
    }
    return coerced;
  }

  #errors(variables: Variables): readonly GraphQLError[] {
    const definitions = this.#operation.variableDefinitions ?? [];
    const options = { maxErrors: MAX_VARIABLE_ERRORS };
    const { errors = [] } = getVariableValues(this.#schema, definitions, variables, options);
    return this.#introspection ? errors : errors.map(withoutNames);
  }
}

/** Only says which variable is wrong: a message that says what it should be would contain names of the schema. */
function withoutNames({ message, nodes }: GraphQLError): GraphQLError {
  const node = nodes?.find(({ kind }) => kind === Kind.VARIABLE_DEFINITION);
  if (node?.kind !== Kind.VARIABLE_DEFINITION) return new GraphQLError(message);
  return new GraphQLError(`Variable "$${node.variable.name.value}" got an invalid value.`, {
    nodes: node,
  });
}
