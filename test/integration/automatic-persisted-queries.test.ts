import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, createRequest, fetchExchange, stringifyDocument } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { type DocumentNode, parse, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../kit/server.ts';

/** With the `__typename` that Apollo Client would add. */
const LISTED = parse('query Listed { me { id __typename } }');
const UNLISTED = parse('query Unlisted { me { email } }');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface Asked {
  readonly client: string;
  /** Runs a query; resolves to its data, rejects with its error. */
  ask(document: DocumentNode): Promise<unknown>;
  /** For each request so far, whether it brought a hash and a document. */
  readonly sent: string[];
}

/** Notes what each request brings, by GET or POST. */
function watched(sent: string[]): typeof fetch {
  return (input, init) => {
    const { searchParams } = new URL(String(input));
    const { query, extensions } = init?.body
      ? JSON.parse(String(init.body))
      : Object.fromEntries(searchParams);
    sent.push([extensions && 'hash', query && 'document'].filter(Boolean).join(' and '));
    return fetch(input, init);
  };
}

function apollo(url: string): Asked {
  const sent: string[] = [];
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([
      new PersistedQueryLink({ sha256 }),
      new HttpLink({ uri: url, fetch: watched(sent) }),
    ]),
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  });
  const ask = async (query: DocumentNode) => (await client.query({ query })).data;
  return { client: 'Apollo Client', ask, sent };
}

function urql(url: string): Asked {
  const sent: string[] = [];
  const client = new Client({
    url,
    fetch: watched(sent),
    exchanges: [persistedExchange(), fetchExchange],
  });
  const ask = async (query: DocumentNode) => {
    const { data, error } = await client.query(query, {}).toPromise();
    if (error) throw error;
    return data;
  };
  return { client: 'urql', ask, sent };
}

describe.each([
  ['Apollo Client', apollo],
  ['urql', urql],
])('automatic persisted queries of %s', (_, connect) => {
  let open: TestServer;
  let listed: TestServer;
  let folder: string;
  beforeAll(async () => {
    open = await startServer();
    folder = await mkdtemp(join(tmpdir(), 'peerql-list-'));
    const list = join(folder, 'list.json');
    // Each hashes the text as it prints it.
    const texts = [print(LISTED), stringifyDocument(createRequest(LISTED, {}).query)];
    await writeFile(
      list,
      JSON.stringify(Object.fromEntries(texts.map((text) => [sha256(text), text]))),
    );
    listed = await startServer({ env: { PERSISTED_OPERATIONS: list } });
  });
  afterAll(async () => {
    await open?.close();
    await listed?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('where nothing is persisted the client sends the document, and no hash any more', async () => {
    const { ask, sent } = connect(open.graphqlUrl);
    expect(await ask(UNLISTED)).toEqual({ me: null });
    expect(sent[0]).toBe('hash');
    expect(sent[1]).toMatch(/document$/);
    expect(await ask(parse('query Second { me { name } }'))).toEqual({ me: null });
    expect(sent[2]).toMatch(/document$/);
    expect(sent).toHaveLength(3);
  });

  test('where operations are listed a hash does, and what is not listed is refused after both were tried', async () => {
    const { ask, sent } = connect(listed.graphqlUrl);
    expect(await ask(LISTED)).toEqual({ me: null });
    expect(sent).toEqual(['hash']);
    await expect(ask(UNLISTED)).rejects.toThrow('only persisted operations');
    expect(sent.at(-1)).toMatch(/document$/);
    expect(sent).toHaveLength(3);
  });
});
