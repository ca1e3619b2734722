import { setFlagsFromString } from 'node:v8';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { SchemaTakingCoerced } from './coerced-schema.ts';
import { type Fragments, fragmentsOf } from './measure.ts';

/**
 * An operation with more fields, its fragments expanded, is not compiled: that would take more than 20 milliseconds, and
 * others wait meanwhile.
 */
const FIELDS_MAX = 250;
/** How many fields all compiled operations may have together. Each takes about 3 KB of memory. */
const KEPT_FIELDS = 8000;

/** Compiles operations to functions, for one schema, and keeps those that were used last. */
export class Compiler {
  readonly #kept = new LRUCache<object, CompiledQuery>({ maxSize: KEPT_FIELDS });
  /** Executes operations whose variables are coerced already. */
  readonly schema: GraphQLSchema;
  /** The same, with the mutations as queries. */
  readonly #mutationsAsQueries: GraphQLSchema;

  constructor(schema: GraphQLSchema) {
    const config = schema.toConfig();
    this.schema = new SchemaTakingCoerced(config);
    this.#mutationsAsQueries = new SchemaTakingCoerced({
      ...config,
      query: schema.getMutationType() ?? null,
      mutation: null,
      subscription: null,
    });
  }

  /** What was compiled for an operation; undefined if that was not kept. @param key as in {@link Compiler.compile} */
  find(key: object): CompiledQuery | undefined {
    return this.#kept.get(key);
  }

  /**
   * Answers null for an operation that is too big, or that the compiler does not support: graphql-js then runs it.
   *
   * @param key stands for the operation in {@link Compiler.find}
   * @param operation with variables that are coerced already
   */
  compile(
    key: object,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): CompiledQuery | null {
    const size = countFields(operation.selectionSet, fragmentsOf(document), 0);
    if (size > FIELDS_MAX) return null;
    // A mutation of one field is compiled as a query, because it has no order to keep. The queue that the compiler
    // makes for mutations would cost more than the mutation: it keeps the objects of a call alive over the collection
    // of young objects, which then takes ten times as long.
    const compiled = leavingNothing(() =>
      isOneMutation(operation)
        ? compileQuery(this.#mutationsAsQueries, asQuery(document, operation), undefined, OPTIONS)
        : compileQuery(this.schema, document, operation.name?.value, OPTIONS),
    );
    if (!isCompiledQuery(compiled)) return null;
    this.#kept.set(key, compiled, { size });
    return compiled;
  }
}

/**
 * V8 keeps the text of every function that is made at run time, even after the function is forgotten: hundreds of
 * kilobytes for each operation that a stranger makes up. It does not while `compile` runs. Node.js lets this flag be set
 * at any time; only a process that was started with `--freeze-flags-after-init` could not do so, and would end.
 */
function leavingNothing<T>(compile: () => T): T {
  setFlagsFromString('--no-compilation-cache');
  try {
    return compile();
  } finally {
    setFlagsFromString('--compilation-cache');
  }
}

/** Adds the fields of a selection to those before it. It counts no further than it has to. */
function countFields(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  before: number,
): number {
  let fields = before;
  for (const selection of selections) {
    fields += 1;
    if (fields > FIELDS_MAX) return fields;
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (inner?.selectionSet) fields = countFields(inner.selectionSet, fragments, fields);
  }
  return fields;
}

// Errors leave masked, so nobody sees their stacks, and capturing them is expensive.
const OPTIONS = { disablingCapturingStackErrors: true };

function isOneMutation({ operation, selectionSet }: OperationDefinitionNode): boolean {
  const [only, another] = selectionSet.selections;
  return (
    operation === OperationTypeNode.MUTATION && only?.kind === Kind.FIELD && another === undefined
  );
}

function asQuery(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return {
    ...document,
    definitions: [{ ...operation, operation: OperationTypeNode.QUERY }, ...fragments],
  };
}
