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

/** A field of the API, called with one text that is a variable, `$text`. */
export interface TextCall {
  /** `Mutation.login: input.email`. */
  readonly name: string;
  readonly document: string;
}

/** Every text that somebody without the administrator's token can give to a root field, each in a document of its own. */
export function textCalls(root: 'Query' | 'Mutation' | 'Subscription'): TextCall[] {
  const type = schema.getType(root);
  if (!isObjectType(type)) throw new Error(`The schema has no ${root}.`);
  return Object.values(type.getFields()).flatMap((field) =>
    textsIn(field.args).map(({ path, literal, type: named }) => ({
      name: `${root}.${field.name}: ${path}`,
      document: `${root.toLowerCase()} ($text: ${named}!) { ${field.name}(${literal}) ${selectionOf(field)} }`,
    })),
  );
}

interface Text {
  readonly path: string;
  readonly literal: string;
  readonly type: string;
}

/** Each text in some arguments, with what else they need. */
function textsIn(args: readonly (GraphQLArgument | GraphQLInputField)[]): Text[] {
  return args.flatMap((own) =>
    textsOf(own.type).map(({ path, literal, type }) => ({
      path: path === '' ? own.name : `${own.name}.${path}`,
      literal: `${own.name}: ${literal}, ${argumentsOf(args.filter((other) => other !== own))}`,
      type,
    })),
  );
}

function textsOf(of: GraphQLInputType): Text[] {
  const type = getNullableType(of);
  if (isListType(type)) {
    return textsOf(type.ofType).map((text) => ({ ...text, literal: `[${text.literal}]` }));
  }
  if (isInputObjectType(type)) {
    const fields = textsIn(Object.values(type.getFields()));
    return fields.map((text) => ({ ...text, literal: `{ ${text.literal} }` }));
  }
  const { name } = type as { name: string };
  return ['ID', 'String'].includes(name) ? [{ path: '', literal: '$text', type: name }] : [];
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

function callOf(field: GraphQLField<unknown, unknown>): string {
  const given = argumentsOf(field.args);
  return `${field.name}${given === '' ? '' : `(${given})`} ${selectionOf(field)}`;
}

function selectionOf({ type }: GraphQLField<unknown, unknown>): string {
  if (isLeafType(getNullableType(type))) return '';
  return isUnionType(getNullableType(type)) ? UNION : '{ __typename }';
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
