import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';

/** A document that was parsed. */
export interface Parsed {
  readonly text: string;
  readonly document: DocumentNode;
}

/**
 * Parses a document so that the place of an error costs no more than a look. graphql-js finds lines by reading the text
 * from its start, for each error anew, however many lines it has: here it gets no text to read, and {@link located}
 * takes the place from what was parsed.
 *
 * @throws GraphQLError where the text is no document or has more tokens than `maxTokens`
 */
export function parseDocument(text: string, maxTokens: number): Parsed {
  const source = new Source(text);
  const document = parse(source, { maxTokens });
  source.body = '';
  return { text, document };
}

/** The error of a document from {@link parseDocument} with the lines and columns of its text. */
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
