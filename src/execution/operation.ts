import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { UnavailableError } from '../domain/errors.ts';
import type { Eventual } from '../domain/eventual.ts';
import type { Logger } from '../domain/logger.ts';
import type { Context } from '../graphql/context.ts';
import { takingCoerced } from './coerced-schema.ts';
import type { Compiler } from './compile.ts';
import { shortened } from './echo.ts';
import { EventWriter } from './event-writer.ts';
import type { ExecutionBudget } from './execution-budget.ts';
import type { Introspection } from './introspection.ts';
import { maskErrors } from './mask.ts';
import { located, type Parsed } from './parsed.ts';
import { looksAlikeForAll } from './sharable.ts';
import type { TimeBudget } from './time-budget.ts';
import {
  measureVariables,
  VariableCoercion,
  type VariableLimits,
  type Variables,
} from './variables.ts';

/** What every operation of a server shares. */
export interface OperationParts {
  readonly compiler: Compiler;
  readonly introspection: Introspection;
  readonly budget: ExecutionBudget;
  readonly limits: { readonly variables: VariableLimits; readonly errorLength: number };
  /** Pays for compiling, by address. */
  readonly preparing: TimeBudget;
  readonly log: Logger;
}

/** The coerced variables of one call. */
export interface Coerced {
  readonly values: Variables;
}

/** A subscription that has begun. */
export interface Following {
  readonly source: AsyncIterable<unknown>;
  readonly variables: Coerced;
}

type Refused = readonly GraphQLError[];

/**
 * An operation that can run: parsed, validated, within the limits, and compiled when it is used again. It holds nothing
 * of a caller.
 */
export class Operation {
  readonly document: DocumentNode;
  readonly type: OperationTypeNode;
  readonly name: string | undefined;
  /** Whether an event looks the same to all who follow it by this document. */
  readonly sharable: boolean;
  /** Writes events that need no execution; null if it is not a subscription. */
  readonly writer: EventWriter | null;
  readonly #parts: OperationParts;
  readonly #parsed: Parsed;
  /** The document that runs: its variables are coerced already. */
  readonly #document: DocumentNode;
  readonly #selected: OperationDefinitionNode;
  readonly #coercion: VariableCoercion;
  readonly #asksForSchema: boolean;
  #runsUntilCompiled = RUNS_BEFORE_COMPILING;
  /** Whether the compiler can do anything for it. */
  #isCompilable = true;

  constructor(parts: OperationParts, parsed: Parsed, selected: OperationDefinitionNode) {
    const { compiler, introspection } = parts;
    this.document = parsed.document;
    this.type = selected.operation;
    this.name = selected.name?.value;
    this.sharable = looksAlikeForAll(parsed.document);
    this.writer =
      selected.operation === OperationTypeNode.SUBSCRIPTION
        ? new EventWriter(compiler.schema, parsed.document, selected)
        : null;
    this.#parts = parts;
    this.#parsed = parsed;
    const taking = takingCoerced(parsed.document, selected);
    this.#document = taking.document;
    this.#selected = taking.operation;
    this.#coercion = new VariableCoercion(compiler.schema, selected, introspection.isOn);
    this.#asksForSchema = introspection.isAllOf(parsed.document, selected);
  }

  /** Answers a query or a mutation; synchronously if every resolver is synchronous. */
  answer(context: Context, variables: Variables | null | undefined): Eventual<ExecutionResult> {
    const began = this.#parts.budget.now();
    const coerced = this.#admit(context, variables);
    if (isRefused(coerced)) return this.#refused(coerced, context);
    const result = this.#asksForSchema
      ? this.#parts.introspection.answer(this.#parsed, this.name, () =>
          this.#execute(undefined, context, coerced),
        )
      : this.#run(undefined, context, coerced);
    this.#parts.budget.spend(context, began);
    return result instanceof Promise
      ? result.then((settled) => this.#masked(settled, context))
      : this.#masked(result, context);
  }

  /** Begins a subscription; resolves to its events, or to the errors if it cannot begin. @throws UnavailableError */
  async follow(
    context: Context,
    variables: Variables | null | undefined,
  ): Promise<Following | ExecutionResult> {
    const began = this.#parts.budget.now();
    const coerced = this.#admit(context, variables);
    if (isRefused(coerced)) return this.#refused(coerced, context);
    const starting = createSourceEventStream(this.#args(undefined, context, coerced));
    this.#parts.budget.spend(context, began);
    const source = await starting;
    if (Symbol.asyncIterator in source) return { source, variables: coerced };
    for (const { originalError } of source.errors ?? []) {
      if (originalError instanceof UnavailableError) throw originalError;
    }
    return this.#masked(source, context);
  }

  /** Makes the result of one event of a subscription; synchronously if every resolver is synchronous. */
  shape(event: unknown, context: Context, variables: Coerced): Eventual<ExecutionResult> {
    const result = this.#run(event, context, variables);
    return result instanceof Promise
      ? result.then((settled) => this.#masked(settled, context))
      : this.#masked(result, context);
  }

  #admit(context: Context, variables: Variables | null | undefined): Coerced | Refused {
    const { budget, limits } = this.#parts;
    const refusal = budget.refusal(context) ?? measureVariables(variables, limits.variables);
    if (refusal !== null) return [refusal];
    const values = this.#coercion.coerce(variables ?? {});
    return isRefused(values) ? values : { values };
  }

  #run(rootValue: unknown, context: Context, variables: Coerced): Eventual<ExecutionResult> {
    const compiled = this.#parts.compiler.find(this) ?? this.#compileInTime(context);
    return compiled === null
      ? this.#execute(rootValue, context, variables)
      : compiled.query(rootValue, context, variables.values);
  }

  /** Compiles it if it has run often enough, and if its caller's address has time left for that. */
  #compileInTime({ address }: Context): CompiledQuery | null {
    const { budget, compiler, preparing } = this.#parts;
    if (!this.#isCompilable || preparing.isSpent(address)) return null;
    this.#runsUntilCompiled -= 1;
    if (this.#runsUntilCompiled > 0) return null;
    this.#runsUntilCompiled = RUNS_BEFORE_COMPILING;
    const began = budget.now();
    const compiled = compiler.compile(this, this.#document, this.#selected);
    this.#isCompilable = compiled !== null;
    preparing.spend(address, budget.since(began));
    return compiled;
  }

  #execute(rootValue: unknown, context: Context, variables: Coerced): Eventual<ExecutionResult> {
    return execute(this.#args(rootValue, context, variables));
  }

  #args(rootValue: unknown, contextValue: Context, { values }: Coerced) {
    return {
      schema: this.#parts.compiler.schema,
      document: this.#document,
      operationName: this.name,
      rootValue,
      contextValue,
      variableValues: values,
    };
  }

  #refused(errors: Refused, context: Context): ExecutionResult {
    return this.#masked({ errors }, context);
  }

  #masked(result: ExecutionResult, { exchange }: Context): ExecutionResult {
    if (result.errors === undefined) return result;
    const { log, limits } = this.#parts;
    const masked = maskErrors(
      { ...result, errors: result.errors.map(located) },
      log,
      exchange?.requestId,
    );
    const errors = (masked.errors ?? []).map((error) => shortened(error, limits.errorLength));
    return { ...masked, errors };
  }
}

/**
 * Compiling costs as much as a hundred runs. It pays off only for operations that come again, not for those that
 * strangers make up.
 */
const RUNS_BEFORE_COMPILING = 2;

/** Whether the answer is a list of errors. */
export function isRefused<Errors extends readonly unknown[]>(
  answered: object | Errors,
): answered is Errors {
  return Array.isArray(answered);
}
