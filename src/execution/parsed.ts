import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';

/** A document that was parsed. */
export interface Parsed {
  readonly text: string;
  readonly document: DocumentNode;
}

/**
 * Parses a document so that finding the place of an error is cheap. For each error, graphql-js would read the text from
 * its start to count lines. Here it gets an empty text, and {@link located} takes the place from the parsed tokens.
 *
 * @throws GraphQLError if the text is not a document or has more than `maxTokens` tokens
 */
export function parseDocument(text: string, maxTokens: number): Parsed {
  const source = new Source(text);
  const document = parse(source, { maxTokens });
  source.body = '';
  return { text, document };
}

/** Adds the lines and columns of the text to an error of a document from {@link parseDocument}. */
export function located(error: GraphQLError): GraphQLError {
  const { message, nodes, path, originalError, extensions } = error;
  // The compiler's errors have no nodes, and their places are right.
  if (nodes === undefined) return error;
  const locations = nodes.flatMap(({ loc }) =>
    loc === undefined ? [] : { line: loc.startToken.line, column: loc.startToken.column },
  );
  const told = new GraphQLError(message, { path, originalError, extensions });
  return locations.length === 0 ? told : Object.assign(told, { locations });
}
