import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { load } from './load.ts';

/** The text of a GraphQL operation, with the types of its answer and its variables. */
export type Operation<Data, Variables> = string & {
  readonly answers?: (variables: Variables) => Data;
};

/** Makes an operation of its text and those of its fragments. */
export function operation<Data, Variables>(...texts: string[]): Operation<Data, Variables> {
  return texts.join('');
}

/**
 * The operation of a document. What prints it is loaded when it is first needed: the SDK's own operations are texts.
 * @throws {NetworkError} when that cannot be loaded
 */
export async function operationOf<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
): Promise<Operation<Data, Variables>> {
  const { documentText } = await load(import('./document.ts'));
  return documentText(document);
}
