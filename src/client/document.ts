import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';

const printed = new WeakMap<object, string>();

/** The text of a document, printed once and then cached. */
export function documentText<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
): string {
  let text = printed.get(document);
  if (text === undefined) {
    text = print(document);
    printed.set(document, text);
  }
  return text;
}
