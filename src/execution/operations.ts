import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  specifiedRules,
  UniqueFragmentNamesRule,
  validate,
} from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import type { Eventual } from '../domain/eventual.ts';
import type { Logger } from '../domain/logger.ts';
import type { Context } from '../graphql/context.ts';
import { Compiler } from './compile.ts';
import { EventWriter } from './event-writer.ts';
import { failed, maskErrors } from './mask.ts';
import { type DocumentLimits, measureDocument, tooBig } from './measure.ts';
import {
  notPersisted,
  type PersistedOperations,
  persistedHash,
  persistedUnsupported,
} from './persisted.ts';
import type { PreparingBudget } from './preparing-budget.ts';
import { selectOperation } from './select.ts';
import { looksAlikeForAll } from './sharable.ts';
import type { Techniques } from './techniques.ts';

export interface OperationLimits extends DocumentLimits {
  /** Bytes of a document, in UTF-8. */
  readonly bytes: number;
  readonly tokens: number;
  /** Documents that are kept compiled. */
  readonly cached: number;
}

export type Variables = Readonly<Record<string, unknown>>;

/** An operation that can run: parsed, validated, within the limits, compiled. It holds nothing of a caller. */
export interface Operation {
  readonly document: DocumentNode;
  readonly type: OperationTypeNode;
  readonly name: string | undefined;
  /** Whether an event looks the same to all who follow it by this document. */
  readonly sharable: boolean;
  /** Writes its events where no execution is needed for that; null for what is no subscription. */
  readonly writer: EventWriter | null;
  /** Runs it, or for a subscription shapes one event; answers at once when every resolver did. */
  run(
    rootValue: unknown,
    context: Context,
    variables: Variables | null | undefined,
  ): Eventual<ExecutionResult>;
}

interface Document {
  readonly document: DocumentNode;
  readonly operations: Map<string | undefined, Operation>;
}

/** Turns document texts into operations, once each: the same limits and rules for every way in. */
export class Operations {
  readonly #schema: GraphQLSchema;
  readonly #compiler: Compiler;
  readonly #limits: OperationLimits;
  readonly #log: Logger;
  readonly #rules;
  readonly #techniques: Techniques;
  readonly #introspection: boolean;
  readonly #persisted: PersistedOperations | null;
  readonly #budget: PreparingBudget;
  readonly #onRefused: ((reason: string) => void) | null;
  readonly #cache: LRUCache<string, Document>;

  constructor(parts: {
    schema: GraphQLSchema;
    limits: OperationLimits;
    introspection: boolean;
    /** The only operations that run; null where any may. */
    persisted: PersistedOperations | null;
    budget: PreparingBudget;
    techniques: Techniques;
    log: Logger;
    /** Hears of each document that is not run: the code of what is wrong, or `INVALID`. */
    onRefused?: (reason: string) => void;
  }) {
    this.#schema = parts.schema;
    this.#compiler = new Compiler(parts.schema);
    this.#limits = parts.limits;
    this.#log = parts.log;
    this.#rules = parts.introspection
      ? specifiedRules
      : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    this.#techniques = parts.techniques;
    this.#persisted = parts.persisted;
    this.#budget = parts.budget;
    this.#introspection = parts.introspection;
    this.#onRefused = parts.onRefused ?? null;
    this.#cache = new LRUCache({
      max: parts.limits.cached,
      // What a document takes goes by its length: five hundred long ones must not take what ten thousand would.
      maxSize: parts.limits.cached * MEAN_DOCUMENT_LENGTH,
      sizeCalculation: (_document, text) => text.length + 1,
    });
  }

  get schema(): GraphQLSchema {
    return this.#schema;
  }

  /**
   * Finds or makes the operation of a document; answers what is wrong with it otherwise.
   *
   * @param address of the client, which pays for a document that is new
   */
  prepare(
    text: string,
    operationName: string | null | undefined,
    address: string,
  ): Operation | readonly GraphQLError[] {
    const known = this.#cache.get(text) ?? this.#readWithin(text, address);
    if (Array.isArray(known)) return known;
    const found = (known as Document).operations.get(operationName ?? undefined);
    return found ?? this.#select(known as Document, operationName ?? undefined);
  }

  /** As {@link Operations.prepare}, for a request that sends no document but names one by its hash. */
  preparePersisted(
    extensions: unknown,
    operationName: string | null | undefined,
    address: string,
  ): Operation | readonly GraphQLError[] {
    const text = this.persistedText(extensions);
    return typeof text === 'string' ? this.prepare(text, operationName, address) : text;
  }

  /** The document that a request names by its hash; empty where it names none. */
  persistedText(extensions: unknown): string | readonly GraphQLError[] {
    const hash = persistedHash(extensions);
    if (hash === null) return '';
    if (this.#persisted === null) return [persistedUnsupported()];
    return this.#persisted.textOf(hash) ?? [notPersisted()];
  }

  /** The answer where something failed before an operation could begin: masked as any other error. */
  failed(error: unknown, requestId?: string): ExecutionResult {
    return failed(error, this.#log, requestId);
  }

  #readWithin(text: string, address: string): Document | GraphQLError[] {
    if (this.#budget.isSpent(address)) {
      this.#onRefused?.('RATE_LIMITED');
      return [tooManyNew()];
    }
    const began = performance.now();
    const read = this.#read(text);
    this.#budget.spend(address, performance.now() - began);
    if (Array.isArray(read)) this.#onRefused?.(reasonOf(read));
    return read;
  }

  #read(text: string): Document | GraphQLError[] {
    const { bytes, tokens } = this.#limits;
    if (text.length > bytes || Buffer.byteLength(text) > bytes) return [tooBig('bytes', bytes)];
    let document: DocumentNode;
    try {
      document = parse(text, { maxTokens: tokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return [/token limit|more that/i.test(error.message) ? tooBig('tokens', tokens) : error];
    }
    // Fragments that run in circles have no size. Finding them takes one look at each name, so a name must stand for one.
    const circles = validate(this.#schema, document, MEASURABLE);
    if (circles.length > 0) return [...circles];
    const oversized = measureDocument(document, this.#limits);
    if (oversized.length > 0) return oversized;
    if (this.#persisted?.allows(document) === false) return [notPersisted()];
    const errors = validate(this.#schema, document, this.#rules, { maxErrors: MAX_ERRORS });
    if (errors.length > 0) return this.#introspection ? [...errors] : errors.map(withoutHint);
    const read: Document = { document, operations: new Map() };
    this.#cache.set(text, read);
    return read;
  }

  #select(source: Document, operationName: string | undefined): Operation | GraphQLError[] {
    const selected = selectOperation(source.document, operationName);
    if (selected instanceof GraphQLError) return [selected];
    const { document } = source;
    const run = this.#runner(document, selected);
    const sharable = this.#techniques.shared && looksAlikeForAll(document);
    const writer =
      this.#techniques.written && selected.operation === OperationTypeNode.SUBSCRIPTION
        ? new EventWriter(this.#schema, document, selected)
        : null;
    const operation: Operation = {
      document,
      type: selected.operation,
      name: selected.name?.value,
      sharable,
      writer,
      run,
    };
    source.operations.set(operationName, operation);
    return operation;
  }

  #runner(document: DocumentNode, selected: OperationDefinitionNode): Operation['run'] {
    const schema = this.#schema;
    const operationName = selected.name?.value;
    const log = this.#log;
    const budget = this.#budget;
    const interpret: Operation['run'] = (rootValue, contextValue, variableValues) =>
      execute({ schema, document, operationName, rootValue, contextValue, variableValues });
    let compiled: CompiledQuery | null = null;
    // Compiling costs as much as a hundred runs: it is worth it for what comes again, not for what a stranger makes up.
    let runsUntilCompiled = this.#techniques.compiled
      ? RUNS_BEFORE_COMPILING
      : Number.POSITIVE_INFINITY;
    return (rootValue, contextValue, variableValues) => {
      if (compiled === null && runsUntilCompiled > 0 && --runsUntilCompiled === 0) {
        const began = performance.now();
        compiled = this.#compiler.compile(document, selected);
        budget.spend(contextValue.address, performance.now() - began);
      }
      let result =
        compiled === null
          ? interpret(rootValue, contextValue, variableValues)
          : compiled.query(rootValue, contextValue, variableValues);
      // Compiled coercion refused the variables, and nothing has run yet. It knows no defaults of required input
      // fields, and words its errors in its own way: the reference has the last word.
      if (compiled !== null && !(result instanceof Promise) && result.data === undefined) {
        result = interpret(rootValue, contextValue, variableValues);
      }
      const requestId = contextValue.exchange?.requestId;
      return result instanceof Promise
        ? result.then((settled) => maskErrors(settled, log, requestId))
        : maskErrors(result, log, requestId);
    };
  }
}

/** What must hold of a document before it can be measured. */
const MEASURABLE = [UniqueFragmentNamesRule, NoFragmentCyclesRule];
const RUNS_BEFORE_COMPILING = 2;
/** What is wrong with a document beyond this is not looked for. */
const MAX_ERRORS = 20;
const MEAN_DOCUMENT_LENGTH = 2048;

/** Names of the schema that the caller did not know are no business of the error where introspection is off. */
function withoutHint(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ Did you mean .*$/s, '');
  const { nodes = null, extensions } = error;
  return new GraphQLError(message, { nodes, extensions });
}

function reasonOf([error]: readonly GraphQLError[]): string {
  const code = error?.extensions.code;
  return typeof code === 'string' ? code : 'INVALID';
}

function tooManyNew(): GraphQLError {
  return new GraphQLError('Too many new documents from this address; slow down.', {
    extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
  });
}

/** Whether {@link Operations.prepare} answered with what is wrong. */
export function isRefused(
  prepared: Operation | readonly GraphQLError[],
): prepared is readonly GraphQLError[] {
  return Array.isArray(prepared);
}
