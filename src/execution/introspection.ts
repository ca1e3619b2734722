import {
  type DocumentNode,
  type ExecutionResult,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  stripIgnoredCharacters,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Eventual } from '../domain/eventual.ts';
import { type Fragments, fragmentsOf } from './measure.ts';
import type { Parsed } from './parsed.ts';

const META: ReadonlySet<string> = new Set([
  SchemaMetaFieldDef.name,
  TypeMetaFieldDef.name,
  TypeNameMetaFieldDef.name,
]);
/** How many answers are kept. An answer with the whole schema takes some hundred kilobytes. */
const KEPT = 20;

/** Answers introspection queries, and keeps each answer for everybody who asks the same. */
export class Introspection {
  /** Whether clients may use introspection. */
  readonly isOn: boolean;
  readonly #answers = new LRUCache<string, ExecutionResult>({ max: KEPT });

  constructor(isOn: boolean) {
    this.isOn = isOn;
  }

  /** Whether an operation asks for nothing but the schema, and its answer depends only on its text. */
  isAllOf(document: DocumentNode, { selectionSet, variableDefinitions }: OperationDefinitionNode) {
    if (!this.isOn || (variableDefinitions?.length ?? 0) > 0) return false;
    const names = new Set(rootFields(selectionSet, fragmentsOf(document)));
    return [...names].every((name) => META.has(name)) && !onlyTypename(names);
  }

  /** The answer that was given before to this text, whatever its layout; otherwise what `run` answers. */
  answer(
    { text }: Parsed,
    operationName: string | undefined,
    run: () => Eventual<ExecutionResult>,
  ): Eventual<ExecutionResult> {
    const key = `${operationName ?? ''} ${stripIgnoredCharacters(text)}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const result = run();
    if (!(result instanceof Promise) && result.errors === undefined) this.#answers.set(key, result);
    return result;
  }
}

function onlyTypename(names: ReadonlySet<string>): boolean {
  return names.size === 1 && names.has(TypeNameMetaFieldDef.name);
}

function* rootFields({ selections }: SelectionSetNode, fragments: Fragments): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield selection.name.value;
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      yield* rootFields(selection.selectionSet, fragments);
    } else {
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) yield* rootFields(fragment.selectionSet, fragments);
    }
  }
}
