import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { exampleOf } from './api-examples.ts';

type Field = GraphQLField<unknown, unknown>;

/**
 * The reference of a schema as one page of Markdown: every operation with its input and its answers, then events,
 * errors, types, inputs, enums and scalars, each linked from wherever it is named.
 */
export function apiReference(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const objects = types.filter(isObjectType).filter((type) => !roots.includes(type));
  const family = (name: string) => [
    ...types.filter(isInterfaceType).filter((type) => type.name === name),
    ...objects.filter((object) => object.getInterfaces().some((one) => one.name === name)),
  ];
  const errors = family('Error');
  const events = [...new Set([...family('RoomEvent'), ...family('AccountEvent')])];
  // Told at the mutations that take and answer them, and nowhere else.
  const answers = objects.filter(({ name }) => name.endsWith('Success'));
  const told = new Set<GraphQLNamedType>([...errors, ...events, ...answers]);
  const unions = types.filter(isUnionType).filter(({ name }) => !name.endsWith('Result'));
  const [query, mutation, subscription] = roots;
  const inputs = types.filter(isInputObjectType).filter(({ name }) => !isWholeInput(name));

  function isWholeInput(name: string): boolean {
    return types
      .filter(isObjectType)
      .some((type) =>
        Object.values(type.getFields()).some(({ args }) =>
          args.some((arg) => arg.name === 'input' && getNamedType(arg.type).name === name),
        ),
      );
  }

  return [
    '# API reference',
    '',
    'Everything in [schema.graphql](../schema.graphql), which `npm run codegen` makes this page from.',
    '',
    'A mutation answers a union: its success, or an error that says what was wrong. A caller who has to be signed in and is not',
    'gets `errors` with `extensions.code: "UNAUTHENTICATED"` instead. [concepts.md](concepts.md) says how it all fits together.',
    '',
    'Every operation has an example from `docs/examples`. `test/integration/api-examples.test.ts` runs them in one',
    'story, and the answers are those of the server: words such as `ROOM_ID` stand for what is another value in each run.',
    '',
    ...operations('Queries', query),
    ...operations('Mutations', mutation),
    ...operations('Subscriptions', subscription),
    ...section('Events', null, events.map(described)),
    ...section('Errors', null, errors.map(described)),
    ...section(
      'Types',
      null,
      [...objects.filter((type) => !told.has(type)), ...unions]
        .sort((a, b) => a.name.localeCompare(b.name, 'en'))
        .map(described),
    ),
    ...section('Inputs', null, inputs.map(described)),
    ...section('Enums', null, types.filter(isEnumType).map(described)),
    ...section('Scalars', null, types.filter(isScalarType).map(described)),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

function operations(title: string, root: GraphQLObjectType | null | undefined): string[] {
  if (!root) return [];
  const kind = root.name.toLowerCase();
  const fields = Object.values(root.getFields());
  return section(
    title,
    root.description,
    fields
      .sort((a, b) => a.name.localeCompare(b.name, 'en'))
      .flatMap((field) => [operation(kind, field), ...group(kind, field)]),
  );
}

/** Operations that stand together under one field, as those of an administrator do. */
function group(kind: string, field: Field): string[][] {
  const type = getNamedType(field.type);
  if (!isGroup(field) || !isObjectType(type)) return [];
  return Object.values(type.getFields()).map((inner) => operation(kind, inner, `${field.name}.`));
}

function isGroup({ type }: Field): boolean {
  return /(Query|Mutation)$/.test(getNamedType(type).name);
}

function operation(kind: string, field: Field, prefix = ''): string[] {
  const input = field.args.find(({ name }) => name === 'input');
  const inputType = input && getNamedType(input.type);
  const given = isInputObjectType(inputType) ? Object.values(inputType.getFields()) : field.args;
  const answer = getNamedType(field.type);
  const members = isUnionType(answer) ? answer.getTypes() : [];
  const successes = members.filter(({ name }) => name.endsWith('Success'));
  const refusals = members.filter((type) => !successes.includes(type));
  return [
    `### ${kind} ${prefix}${field.name}`,
    '',
    field.description ?? '',
    '',
    ...table(input ? 'in `input`' : 'argument', given),
    ...(members.length === 0
      ? [`Answers ${typeLink(field.type)}.`]
      : successes.flatMap((type) => [
          `Answers \`${type.name}\`: ${lowerFirst(type.description ?? '')}`,
          '',
          ...table('field', Object.values(type.getFields())),
        ])),
    ...(refusals.length === 0
      ? []
      : [`Refused with ${refusals.map((type) => typeLink(type)).join(', ')}.`]),
    '',
    ...(isGroup(field) ? [] : exampleOf(`${prefix}${field.name}`)),
  ];
}

function described(type: GraphQLNamedType): string[] {
  const rows = isEnumType(type)
    ? [
        '| value | meaning |',
        '| --- | --- |',
        ...type
          .getValues()
          .map(({ name, description }) => `| \`${name}\` | ${cell(description)} |`),
      ]
    : isUnionType(type)
      ? [
          `One of ${type
            .getTypes()
            .map((member) => typeLink(member))
            .join(', ')}.`,
        ]
      : isInputObjectType(type) || isObjectType(type) || isInterfaceType(type)
        ? table('field', Object.values(type.getFields()))
        : [];
  return [`### ${type.name}`, '', type.description ?? '', '', ...rows, ''];
}

function table(
  what: string,
  rows: readonly (Field | GraphQLInputField | GraphQLArgument)[],
): string[] {
  if (rows.length === 0) return [];
  return [
    `| ${what} | type | meaning |`,
    '| --- | --- | --- |',
    ...rows.map(
      (row) =>
        `| \`${row.name}\` | ${typeLink(row.type)}${fallback(row)} | ${cell(row.description)} |`,
    ),
    '',
  ];
}

function fallback(row: Field | GraphQLInputField | GraphQLArgument): string {
  if (!('defaultValue' in row) || row.defaultValue === undefined) return '';
  return ` = \`${String(row.defaultValue)}\``;
}

/** The type as the schema writes it, linked to where this page tells of it. */
function typeLink(type: Field['type'] | GraphQLInputField['type']): string {
  const named = getNamedType(type);
  const written = `\`${String(type)}\``;
  // What a mutation answers is told at the mutation.
  const isResult = isUnionType(named) && named.name.endsWith('Result');
  return isSpecifiedScalarType(named) || isResult
    ? written
    : `[${written}](#${named.name.toLowerCase()})`;
}

function section(
  title: string,
  description: string | null | undefined,
  entries: readonly (readonly string[])[],
): string[] {
  if (entries.length === 0) return [];
  return [`## ${title}`, '', description ?? '', '', ...entries.flat()];
}

/** A cell of a table is one line, and a bar would end it. */
function cell(text: string | null | undefined): string {
  return (text ?? '').replaceAll('\n', ' ').replaceAll('|', '\\|');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
