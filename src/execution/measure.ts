import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** Bounds of one document. */
export interface DocumentLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields of an operation with its fragments spread out. */
  readonly fields: number;
  /** Pairs of fields that answer under one name in one place: validation compares each pair. */
  readonly overlaps: number;
}

/** The standard introspection query nests `ofType` this deep; its own fields lead nowhere costly. */
const INTROSPECTION_DEPTH = 20;

interface Size {
  readonly depth: number;
  readonly fields: number;
}

/**
 * Holds a document against its limits, before it is validated. Fragments are measured once each, however often they
 * are spread, so that measuring costs no more than reading.
 *
 * @param document without fragments that spread themselves, which would have no end
 * @returns what is too big, one error a limit; empty when all is well
 */
export function measureDocument(document: DocumentNode, limits: DocumentLimits): GraphQLError[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const measured = new Map<string, Size>();

  function sizeOf(selectionSet: SelectionSetNode): Size {
    let depth = 0;
    let fields = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const inner = selection.selectionSet ? sizeOf(selection.selectionSet) : NOTHING;
        const allowance = selection.name.value.startsWith('__') ? INTROSPECTION_DEPTH : 0;
        depth = Math.max(depth, inner.depth + 1 - allowance);
        fields += inner.fields + 1;
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT
            ? sizeOf(selection.selectionSet)
            : sizeOfFragment(selection.name.value);
        depth = Math.max(depth, inner.depth);
        fields += inner.fields;
      }
    }
    return { depth, fields: Math.min(fields, Number.MAX_SAFE_INTEGER) };
  }

  function sizeOfFragment(name: string): Size {
    const known = measured.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const size = fragment === undefined ? NOTHING : sizeOf(fragment.selectionSet);
    measured.set(name, size);
    return size;
  }

  let depth = 0;
  let fields = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = sizeOf(definition.selectionSet);
    depth = Math.max(depth, size.depth);
    fields = Math.max(fields, size.fields);
  }

  let aliases = 0;
  let directives = 0;
  visit(document, {
    Field: (field) => {
      if (field.alias) aliases += 1;
    },
    Directive: () => {
      directives += 1;
    },
  });

  const found = { depth, aliases, directives, fields };
  const errors: GraphQLError[] = [];
  for (const limit of ['depth', 'aliases', 'directives', 'fields'] as const) {
    if (found[limit] > limits[limit]) errors.push(tooBig(limit, limits[limit]));
  }
  // Counted by spreading the fragments out, which only a document within the limits before can afford.
  if (errors.length === 0 && countOverlaps(document, fragments) > limits.overlaps) {
    errors.push(tooBig('overlaps', limits.overlaps));
  }
  return errors;
}

/** Sums over all places of an answer how many pairs of fields meet there. */
function countOverlaps(
  document: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): number {
  let overlaps = 0;

  function visitSets(sets: readonly SelectionSetNode[]): void {
    const inner = new Map<string, SelectionSetNode[]>();
    const met = new Map<string, number>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          const name = selection.alias?.value ?? selection.name.value;
          const before = met.get(name) ?? 0;
          overlaps += before;
          met.set(name, before + 1);
          if (selection.selectionSet === undefined) continue;
          const known = inner.get(name);
          if (known === undefined) inner.set(name, [selection.selectionSet]);
          else known.push(selection.selectionSet);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect(selection.selectionSet);
        } else {
          const fragment = fragments.get(selection.name.value);
          if (fragment !== undefined) collect(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) collect(set);
    for (const next of inner.values()) visitSets(next);
  }

  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) visitSets([definition.selectionSet]);
  }
  return overlaps;
}

const NOTHING: Size = { depth: 0, fields: 0 };

/** The error of a document that is past a limit; `extensions.limit` says which. */
export function tooBig(limit: string, max: number): GraphQLError {
  return new GraphQLError(`The document is too big: at most ${max} ${limit} are allowed.`, {
    extensions: { code: 'DOCUMENT_TOO_BIG', limit, max },
  });
}
