import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { isRecord } from './parse-json.ts';

/** Stands for a value that does not have its type. */
export const INVALID = Symbol('invalid');

/** Answers the value as resolvers get it, or {@link INVALID} if it does not have its type. */
export type Coerce = (value: unknown) => unknown;

const coercions = new WeakMap<GraphQLInputType, Coerce>();

/** Coerces values of a type as GraphQL does (specification §3.10, Input Coercion), and stops at the first wrong one. */
export function coercionOf(type: GraphQLInputType): Coerce {
  let coerce = coercions.get(type);
  if (coerce === undefined) {
    coerce = makeCoercion(type);
    coercions.set(type, coerce);
  }
  return coerce;
}

interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly fallback: unknown;
  readonly coerce: Coerce;
}

/** Made at the first use of a type, since input types may contain themselves. */
function fieldsOf(type: GraphQLInputObjectType): readonly Field[] {
  return Object.values(type.getFields()).map(({ name, type: ofField, defaultValue }) => ({
    name,
    required: isNonNullType(ofField),
    fallback: defaultValue,
    coerce: coercionOf(ofField),
  }));
}

function makeCoercion(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const coerce = coercionOf(type.ofType);
    return (value) => (value === null || value === undefined ? INVALID : coerce(value));
  }
  const coerce = coercionOfPresent(type);
  return (value) => (value === null || value === undefined ? null : coerce(value));
}

function coercionOfPresent(type: GraphQLInputType): Coerce {
  if (isListType(type)) {
    // The coercion of the items is made at its first use, since input types may contain themselves.
    return (value) => {
      const coerce = coercionOf(type.ofType);
      if (!Array.isArray(value)) {
        const item = coerce(value);
        return item === INVALID ? INVALID : [item];
      }
      const items: unknown[] = [];
      for (const given of value) {
        const item = coerce(given);
        if (item === INVALID) return INVALID;
        items.push(item);
      }
      return items;
    };
  }
  if (isInputObjectType(type)) {
    const names = new Set(Object.keys(type.getFields()));
    let fields: readonly Field[] | null = null;
    return (value) => {
      if (!isRecord(value)) return INVALID;
      fields ??= fieldsOf(type);
      const object: Record<string, unknown> = {};
      for (const { name, required, fallback, coerce } of fields) {
        const own = value[name];
        if (own === undefined) {
          if (fallback !== undefined) object[name] = fallback;
          else if (required) return INVALID;
          continue;
        }
        const item = coerce(own);
        if (item === INVALID) return INVALID;
        object[name] = item;
      }
      for (const name in value) if (!names.has(name)) return INVALID;
      if (type.isOneOf) {
        const values = Object.values(object);
        if (values.length !== 1 || values[0] === null) return INVALID;
      }
      return object;
    };
  }
  if (isEnumType(type)) {
    return (value) => {
      const found = typeof value === 'string' ? type.getValue(value) : null;
      return found ? found.value : INVALID;
    };
  }
  return (value) => {
    if (!('parseValue' in type)) return INVALID;
    try {
      const parsed: unknown = type.parseValue(value);
      return parsed === undefined ? INVALID : parsed;
    } catch {
      return INVALID;
    }
  };
}
