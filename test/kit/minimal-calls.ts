import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { schema } from '../../src/graphql/schema.ts';

/** A field of the API with the smallest document that calls it. */
export interface MinimalCall {
  /** `Mutation.login`, `AdminMutation.closeRoom`. */
  readonly name: string;
  readonly document: string;
  /** The path of its result in `data`. */
  readonly path: readonly string[];
}

/** Every field of a root type, and every field under its `admin`. */
export function minimalCalls(root: 'Query' | 'Mutation'): MinimalCall[] {
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  const keyword = root.toLowerCase();
  const admin = type?.getFields().admin;
  const inner = admin && getNullableType(admin.type);
  if (!type || !isObjectType(inner)) throw new Error(`The schema has no ${root} with an admin.`);
  const own = Object.values(type.getFields()).filter(({ name }) => name !== 'admin');
  return [
    ...own.map((field) => ({
      name: `${type.name}.${field.name}`,
      document: `${keyword} { ${callOf(field)} }`,
      path: [field.name],
    })),
    ...Object.values(inner.getFields()).map((field) => ({
      name: `${inner.name}.${field.name}`,
      document: `${keyword} { admin { ${callOf(field)} } }`,
      path: ['admin', field.name],
    })),
  ];
}

function callOf({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const given = argumentsOf(args);
  const leaf = isLeafType(getNullableType(type));
  const fields = leaf ? '' : isUnionType(getNullableType(type)) ? UNION : '{ __typename }';
  return `${name}${given === '' ? '' : `(${given})`} ${fields}`;
}

const UNION = '{ __typename ... on RateLimitedError { retryAfter } }';

function argumentsOf(args: readonly (GraphQLArgument | GraphQLInputField)[]): string {
  return args
    .filter(({ type }) => isNonNullType(type))
    .map(({ name, type }) => `${name}: ${literalOf(getNullableType(type))}`)
    .join(', ');
}

function literalOf(type: GraphQLInputType): string {
  if (isInputObjectType(type)) return `{ ${argumentsOf(Object.values(type.getFields()))} }`;
  if (isListType(type)) return `[${literalOf(getNullableType(type.ofType))}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  const literals: Record<string, string> = {
    Int: '2',
    Float: '2',
    Boolean: 'false',
    ID: '"0123456789abcdef"',
    DateTime: '"2026-01-31T12:00:00.000Z"',
  };
  const { name } = type as { name: string };
  return literals[name] ?? '"some text"';
}
