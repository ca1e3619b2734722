import { readFileSync } from 'node:fs';
import {
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLUnionType,
  getNamedType,
  isIntrospectionType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/graphql/schema.ts';

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

test('schema.graphql is the schema as it is printed (npm run codegen writes it)', () => {
  const committed = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
  expect(committed.trim()).toBe(printSchema(lexicographicSortSchema(schema)).trim());
});

test('every type, field, argument and enum value has a description', () => {
  const bare: string[] = [];
  const check = (path: string, { description }: { description?: string | null | undefined }) => {
    if (!description?.trim()) bare.push(path);
  };
  for (const type of types) {
    check(type.name, type);
    if (type instanceof GraphQLEnumType) {
      for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    } else if (
      type instanceof GraphQLObjectType ||
      type instanceof GraphQLInterfaceType ||
      type instanceof GraphQLInputObjectType
    ) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        if (!('args' in field)) continue;
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
  }
  expect(bare).toEqual([]);
});

test('every mutation answers a union of its success and errors, and takes one input', () => {
  const capitalize = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
  const { admin, ...own } = schema.getMutationType()?.getFields() ?? {};
  const below = admin && getNamedType(admin.type);
  if (!(below instanceof GraphQLObjectType)) throw new Error('There is nothing below admin.');
  const mutations = [
    ...Object.values(own).map((field) => ({ ...field, capital: capitalize(field.name) })),
    ...Object.values(below.getFields()).map((field) => ({
      ...field,
      capital: `Admin${capitalize(field.name)}`,
    })),
  ];
  expect(mutations.length).toBeGreaterThan(8);
  for (const { name, capital, type, args } of mutations) {
    expect(String(type)).toBe(`${capital}Result!`);
    expect(args.map((arg) => arg.name)).toEqual(name === 'logout' ? [] : ['input']);
    const union = schema.getType(`${capital}Result`);
    if (!(union instanceof GraphQLUnionType)) throw new Error(`${capital}Result is no union.`);
    const isSuccess = (member: GraphQLObjectType) => member.name === `${capital}Success`;
    const members = union.getTypes();
    expect(members.filter(isSuccess)).toHaveLength(1);
    const errors = members.filter((member) => !isSuccess(member));
    expect(errors.map((error) => error.name)).toEqual(
      expect.arrayContaining(['InvalidInputError', 'RateLimitedError']),
    );
    for (const error of errors) expect(error.getInterfaces().map(String)).toEqual(['Error']);
  }
});

test.each([
  ['Query', 'me room rooms iceServers'],
  [
    'Mutation',
    'register login logout createRoom closeRoom leaveRoom setMedia sendOffer sendAnswer sendIceCandidates',
  ],
  ['Subscription', 'roomEvents'],
  ['Account', 'id name email createdAt sessions'],
  ['Session', 'id current createdAt lastSeenAt expiresAt userAgent'],
  ['User', 'id name'],
  ['Room', 'id name owner capacity access allowGuests participants createdAt expiresAt'],
  ['Participant', 'id user role joinOrder media connection joinedAt'],
  ['MediaState', 'audio video screen'],
  ['IceServers', 'servers expiresAt'],
  ['IceServer', 'urls username credential'],
  ['RoomEvent', 'cursor at'],
  ['RoomSnapshot', 'room self participants iceServers recovered cursor at'],
  ['ParticipantLeft', 'participant reason cursor at'],
  ['OfferReceived', 'from sdp cursor at'],
  ['AnswerReceived', 'from sdp cursor at'],
  ['IceCandidatesReceived', 'from candidates cursor at'],
  ['IceCandidateInput', 'candidate sdpMid sdpMLineIndex usernameFragment'],
  ['InvalidInputError', 'message issues'],
  ['RateLimitedError', 'message retryAfter'],
  ['JoinRefused', 'error cursor at'],
])('%s has the fields that clients are written against', (name, fields) => {
  const type = schema.getType(name);
  const there =
    type instanceof GraphQLObjectType ||
    type instanceof GraphQLInterfaceType ||
    type instanceof GraphQLInputObjectType
      ? Object.keys(type.getFields())
      : [];
  expect(there).toEqual(expect.arrayContaining(fields.split(' ')));
});

test('roomEvents takes the arguments of a join and of a resume', () => {
  const args = schema.getSubscriptionType()?.getFields().roomEvents?.args ?? [];
  expect(args.map(({ name }) => name).sort()).toEqual([
    'after',
    'clientKey',
    'media',
    'offer',
    'roomId',
    'takeOver',
  ]);
});
