import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import {
  LoginDocument,
  LogoutDocument,
  RegisterDocument,
} from '../../src/client/generated/graphql.ts';
import { CookieFetch } from '../kit/cookie-fetch.ts';
import { webSocketWith } from '../kit/cookie-socket.ts';
import { describeFirstCall, type FlowClient } from '../kit/first-call.ts';
import { startServer, type TestServer } from '../kit/server.ts';

/** What sets or clears a cookie goes over HTTP; a WebSocket cannot. */
const OVER_HTTP: readonly unknown[] = [RegisterDocument, LoginDocument, LogoutDocument];

/** Everything over one WebSocket by graphql-ws's own client, but what must go over HTTP. */
function connect(server: TestServer): FlowClient {
  const cookies = new CookieFetch();
  const open = () =>
    createClient({
      url: server.socketUrl,
      webSocketImpl: webSocketWith(cookies),
      connectionParams: () => (flow.token === null ? {} : { token: flow.token }),
    });
  let client = open();

  async function run<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    const operation = {
      query: print(document),
      variables: variables as Record<string, unknown>,
    };
    if (OVER_HTTP.includes(document)) {
      const response = await cookies.fetch(server.graphqlUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(flow.token !== null && { authorization: `Bearer ${flow.token}` }),
        },
        body: JSON.stringify(operation),
      });
      if (document === (LogoutDocument as unknown)) {
        flow.token = null;
        client = open();
      }
      return ((await response.json()) as { data: Data }).data;
    }
    for await (const { data, errors } of client.iterate<Data>(operation)) {
      if (errors) throw new Error(JSON.stringify(errors));
      if (data) return data;
    }
    throw new Error('There was no answer.');
  }

  const flow: FlowClient = {
    token: null,
    query: run,
    mutate: run,
    subscribe(document, variables, observer) {
      return client.subscribe(
        { query: print(document), variables: variables as Record<string, unknown> },
        {
          next: ({ data }) => data && observer.next(data as never),
          error: () => observer.ended(),
          complete: () => observer.ended(),
        },
      );
    },
    close: async () => client.dispose(),
  };
  return flow;
}

describeFirstCall('graphql-ws', connect);

test('what sets a cookie is refused over a WebSocket, with what to do instead', async () => {
  const server = await startServer();
  const client = createClient({
    url: server.socketUrl,
    webSocketImpl: webSocketWith(new CookieFetch()),
  });
  const input = { name: 'Ann', email: 'ann@example.com', password: 'correct horse battery' };
  for (const [document, variables] of [
    [RegisterDocument, { input }],
    [LoginDocument, { input: { email: input.email, password: input.password } }],
    [LogoutDocument, {}],
  ] as const) {
    const query = print(document as TypedDocumentNode<unknown, unknown>);
    const answers = client.iterate<Record<string, unknown>>({ query, variables });
    const { value } = await answers.next();
    const [answer] = Object.values(value?.data ?? {});
    expect(answer).toMatchObject({
      __typename: 'InvalidInputError',
      message: expect.stringContaining('by HTTP POST'),
    });
  }
  await client.dispose();
  await server.close();
});
