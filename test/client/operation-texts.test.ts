import { type DocumentNode, parse, print } from 'graphql';
import { expect, it } from 'vitest';
import * as documents from '../../src/client/generated/graphql.ts';
import * as texts from '../../src/client/generated/operations.ts';
import list from '../../src/client/generated/persisted-documents.json' with { type: 'json' };
import { PersistedOperations } from '../../src/execution/persisted.ts';

/** By name: the order of a document's definitions means nothing. */
const definitions = ({ definitions }: DocumentNode) => definitions.map(print).sort();

it('what the SDK sends are the operations that it exports, and those of the allow-list', () => {
  const exported = Object.entries(documents).flatMap(([name, value]) =>
    name.endsWith('Document') ? [[name, value] as const] : [],
  );
  expect(Object.keys(texts).sort()).toEqual(exported.map(([name]) => name).sort());
  const allowed = new PersistedOperations(list);
  const sent = new Map<string, string>(Object.entries(texts));
  for (const [name, document] of exported) {
    const text = parse(sent.get(name) ?? '', { noLocation: true });
    expect(definitions(text)).toEqual(definitions(document as DocumentNode));
    expect([name, allowed.allows(text)]).toEqual([name, true]);
  }
});
