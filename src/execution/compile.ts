import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { SchemaTakingCoerced } from './coerced-schema.ts';

/** Compiles operations to functions, for one schema. */
export class Compiler {
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

  /**
   * Answers null for an operation that the compiler does not support: graphql-js then runs it.
   *
   * @param operation with variables that are coerced already
   */
  compile(document: DocumentNode, operation: OperationDefinitionNode): CompiledQuery | null {
    // A mutation of one field is compiled as a query, because it has no order to keep. The queue that the compiler
    // makes for mutations would cost more than the mutation: it keeps the objects of a call alive over the collection
    // of young objects, which then takes ten times as long.
    const compiled = isOneMutation(operation)
      ? compileQuery(this.#mutationsAsQueries, asQuery(document, operation), undefined, OPTIONS)
      : compileQuery(this.schema, document, operation.name?.value, OPTIONS);
    return isCompiledQuery(compiled) ? compiled : null;
  }
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
