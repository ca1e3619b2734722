import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import {
  CreateRoomDocument,
  type CreateRoomInput,
  type CreateRoomMutation,
  RegisterDocument,
} from '../../src/client/generated/graphql.ts';
import { registerSecretsOf } from './kept-logs.ts';

/** A response of GraphQL over HTTP. */
export interface Answer<Data> {
  readonly status: number;
  readonly data: Data | null | undefined;
  readonly errors: { message: string; extensions?: Record<string, unknown> }[] | undefined;
  readonly headers: Headers;
}

/** Calls the API as a program does: by POST, with a bearer token if there is one. */
export async function post<Data, Variables>(
  url: string,
  document: TypedDocumentNode<Data, Variables> | string,
  variables?: Variables,
  headers: Record<string, string> = {},
): Promise<Answer<Data>> {
  registerSecretsOf([variables, headers]);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({
      query: typeof document === 'string' ? document : print(document),
      variables,
    }),
  });
  const body = (await response.json()) as Pick<Answer<Data>, 'data' | 'errors'>;
  registerSecretsOf(body);
  return {
    status: response.status,
    data: body.data,
    errors: body.errors,
    headers: response.headers,
  };
}

/** A person with an account and a token. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly accountId: string;
  readonly token: string;
  readonly headers: Record<string, string>;
}

let registered = 0;

/** Registers a new person. @param from the headers that say from where */
export async function register(
  url: string,
  name = 'Ann',
  from: Record<string, string> = {},
): Promise<Person> {
  registered += 1;
  const email = `${name.toLowerCase().replace(/\W/g, '')}-${process.pid}-${registered}@example.com`;
  const password = 'correct horse battery';
  const input = { name, email, password, delivery: 'BEARER' as const };
  const answer = await post(url, RegisterDocument, { input }, from);
  const result = answer.data?.register;
  if (result?.__typename !== 'RegisterSuccess' || typeof result.token !== 'string') {
    throw new Error(`register answered ${JSON.stringify(answer)}`);
  }
  const { token, account } = result;
  const headers = { authorization: `Bearer ${token}` };
  return { name, email, password, accountId: account.id, token, headers };
}

type CreatedRoom = Extract<
  CreateRoomMutation['createRoom'],
  { __typename: 'CreateRoomSuccess' }
>['room'];

export async function createRoom(
  url: string,
  host: Person,
  input: CreateRoomInput = {},
): Promise<CreatedRoom> {
  const answer = await post(url, CreateRoomDocument, { input }, host.headers);
  const result = answer.data?.createRoom;
  if (result?.__typename !== 'CreateRoomSuccess') {
    throw new Error(`createRoom answered ${JSON.stringify(answer)}`);
  }
  return result.room;
}
