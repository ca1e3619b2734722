import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../domain/logger.ts';
import { Compiler } from './compile.ts';
import { CpuMeter } from './cpu-meter.ts';
import { shortened } from './echo.ts';
import type { ExecutionBudget } from './execution-budget.ts';
import { Introspection } from './introspection.ts';
import { failed } from './mask.ts';
import { isRefused, Operation, type OperationParts } from './operation.ts';
import type { Parsed } from './parsed.ts';
import {
  type PersistedOperations,
  persistedHash,
  persistedUnsupported,
  unknownHash,
} from './persisted.ts';
import { DocumentReader, type ReadingLimits } from './reader.ts';
import { selectOperation } from './select.ts';
import type { TimeBudget } from './time-budget.ts';
import type { VariableLimits } from './variables.ts';

export interface OperationLimits extends ReadingLimits {
  readonly variables: VariableLimits;
  /** How many documents are kept. */
  readonly cached: number;
}

type Refused = readonly GraphQLError[];

interface Document {
  readonly parsed: Parsed;
  readonly operations: Map<string | undefined, Operation>;
}

/** Turns document texts into operations, once for each text, with the same limits and rules for every transport. */
export class Operations {
  readonly #log: Logger;
  readonly #reader: DocumentReader;
  readonly #persisted: PersistedOperations | null;
  readonly #preparing: TimeBudget;
  readonly #meter = new CpuMeter();
  readonly #operationParts: OperationParts;
  readonly #onRefused: ((reason: string) => void) | null;
  readonly #cache: LRUCache<string, Document>;
  readonly schema: GraphQLSchema;
  /** What each address and account may use of the processor's time. */
  readonly budget: ExecutionBudget;

  constructor(parts: {
    schema: GraphQLSchema;
    limits: OperationLimits;
    introspection: boolean;
    /** The only operations that may run; null if all may. */
    persisted: PersistedOperations | null;
    /** Limits the time that each address may use for new documents. */
    preparing: TimeBudget;
    execution: ExecutionBudget;
    log: Logger;
    /** Called for each refused document with the error's code, or `INVALID`. */
    onRefused?: (reason: string) => void;
  }) {
    const { schema, limits, introspection, persisted, preparing, execution, log } = parts;
    this.schema = schema;
    this.budget = execution;
    this.#log = log;
    this.#reader = new DocumentReader({ schema, limits, introspection, persisted });
    this.#persisted = persisted;
    this.#preparing = preparing;
    this.#operationParts = {
      compiler: new Compiler(schema),
      introspection: new Introspection(introspection),
      budget: execution,
      limits,
      preparing,
      log,
    };
    this.#onRefused = parts.onRefused ?? null;
    this.#cache = new LRUCache({
      max: limits.cached,
      // The memory of a document grows with its tokens: five hundred long ones must not take as much as ten thousand.
      maxSize: limits.cached * MEAN_TOKENS,
      sizeCalculation: ({ parsed }, text) =>
        countTokens(parsed.document) + Math.ceil(text.length / TOKEN_LENGTH),
    });
  }

  /**
   * Finds or makes the operation of a document; answers its errors if it is refused.
   *
   * @param address of the client, whose budget pays for a new document
   */
  prepare(
    text: string,
    operationName: string | null | undefined,
    address: string,
  ): Operation | Refused {
    const known = this.#cache.get(text) ?? this.#readWithin(text, address);
    if (isRefused(known)) return known;
    return (
      known.operations.get(operationName ?? undefined) ??
      this.#select(known, operationName ?? undefined)
    );
  }

  /** As {@link Operations.prepare}, for a request that sends no document but names one by its hash. */
  preparePersisted(
    extensions: unknown,
    operationName: string | null | undefined,
    address: string,
  ): Operation | Refused {
    const text = this.persistedText(extensions);
    return typeof text === 'string' ? this.prepare(text, operationName, address) : text;
  }

  /** The document that a request names by its hash; empty if it names none. */
  persistedText(extensions: unknown): string | Refused {
    const hash = persistedHash(extensions);
    if (hash === null) return '';
    if (this.#persisted === null) return [persistedUnsupported()];
    return this.#persisted.textOf(hash) ?? [unknownHash()];
  }

  /** The answer if something failed before an operation could begin; it is masked as any other error. */
  failed(error: unknown, requestId?: string): ExecutionResult {
    return failed(error, this.#log, requestId);
  }

  #readWithin(text: string, address: string): Document | Refused {
    if (this.#preparing.isSpent(address)) {
      this.#onRefused?.('RATE_LIMITED');
      return [tooManyNew()];
    }
    const began = this.#meter.now();
    const parsed = this.#reader.read(text);
    this.#preparing.spend(address, this.#meter.since(began));
    if (isRefused(parsed)) {
      this.#onRefused?.(reasonOf(parsed));
      return parsed;
    }
    const document: Document = { parsed, operations: new Map() };
    this.#cache.set(text, document);
    return document;
  }

  #select({ parsed, operations }: Document, operationName: string | undefined) {
    const selected = selectOperation(parsed.document, operationName);
    if (selected instanceof GraphQLError) {
      return [shortened(selected, this.#operationParts.limits.errorLength)];
    }
    const [oldest] = operations.keys();
    if (operations.size >= OPERATIONS_KEPT) operations.delete(oldest);
    const operation = new Operation(this.#operationParts, parsed, selected);
    operations.set(operationName, operation);
    return operation;
  }
}

/** How many tokens a document may have if as many as possible are kept. Each takes about 400 bytes of memory. */
const MEAN_TOKENS = 80;
/** So many characters of a text, such as those of comments, count as one token. */
const TOKEN_LENGTH = 64;
/** How many operations of one document are kept. A short document may have hundreds, each of which takes memory. */
const OPERATIONS_KEPT = 16;

function countTokens({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  return tokens;
}

function reasonOf([error]: Refused): string {
  const code = error?.extensions.code;
  return typeof code === 'string' ? code : 'INVALID';
}

function tooManyNew(): GraphQLError {
  return new GraphQLError('Too many new documents from this address; slow down.', {
    extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
  });
}
