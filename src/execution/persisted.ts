import { readFile } from 'node:fs/promises';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { messageOf } from '../domain/errors.ts';
import { isRecord } from './parse-json.ts';
import { Shapes } from './shapes.ts';

/** An allow-list of operations, which code generation makes from a front end's documents. The server runs no others. */
export class PersistedOperations {
  readonly #byHash: ReadonlyMap<string, string>;
  readonly #allowed = new Shapes();

  /** @param documents texts by their hashes, as the client preset of GraphQL Code Generator writes them */
  constructor(documents: Readonly<Record<string, string>>) {
    this.#byHash = new Map(
      Object.entries(documents).map(([hash, text]) => [withoutAlgorithm(hash), text]),
    );
    for (const text of Object.values(documents))
      this.#allowed.add(parse(text, { noLocation: true }));
  }

  /** Reads the JSON file. Rejects with an Error of one sentence. */
  static async open(path: string): Promise<PersistedOperations> {
    try {
      const documents: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (!isTexts(documents))
        throw new Error('it must be an object of documents, with their hashes as keys');
      return new PersistedOperations(documents);
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(`Cannot read the persisted operations ${path}: ${reason}.`, { cause: error });
    }
  }

  /** The document of this hash, if it is on the list. */
  textOf(hash: string): string | null {
    return this.#byHash.get(withoutAlgorithm(hash)) ?? null;
  }

  /** Whether the document is on the list, whatever its layout. */
  allows(document: DocumentNode): boolean {
    return this.#allowed.has(document);
  }
}

/** The hash of a request that names a document instead of sending it, as Apollo's persisted queries do. */
export function persistedHash(extensions: unknown): string | null {
  if (!isRecord(extensions) || !isRecord(extensions.persistedQuery)) return null;
  const { sha256Hash } = extensions.persistedQuery;
  return typeof sha256Hash === 'string' ? sha256Hash : null;
}

/** The error of a document that is not on the list. */
export function notPersisted(): GraphQLError {
  return new GraphQLError(
    'This server runs only persisted operations, and this is not one of them.',
    {
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    },
  );
}

/**
 * The error of a hash that is not on the list. Clients recognise the message and then send the document. The message is
 * that of Apollo's automatic persisted queries.
 */
export function unknownHash(): GraphQLError {
  return new GraphQLError('PersistedQueryNotFound', {
    extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
  });
}

/** The error of a hash if the server has no list. Clients recognise the message, and stop sending hashes. */
export function persistedUnsupported(): GraphQLError {
  return new GraphQLError('PersistedQueryNotSupported', {
    extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
  });
}

// Code generation writes `sha256:` before the hash, but clients leave it out.
function withoutAlgorithm(hash: string): string {
  return hash.replace(/^sha256:/, '');
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}
