import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { exceedsOverlaps } from './overlaps.ts';

/** The limits of one document. */
export interface DocumentLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields and fragments of an operation, with its fragments expanded. */
  readonly fields: number;
  /** Pairs of fields with one response name in one place. Validation compares each pair. */
  readonly overlaps: number;
  /** Characters of a name: of an alias, a fragment, a variable or an operation. */
  readonly name: number;
}

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The standard introspection query nests `ofType` this deep; its own fields lead nowhere costly. */
const INTROSPECTION_DEPTH = 20;

interface Size {
  readonly depth: number;
  readonly fields: number;
}

/**
 * Checks a document against its limits before it is validated. Each fragment is measured once, however often it is
 * spread, so that measuring costs no more than reading.
 *
 * @param document its fragments must exist, have unique names, and not spread themselves
 * @returns an error for each limit that is exceeded
 */
export function measureDocument(document: DocumentNode, limits: DocumentLimits): GraphQLError[] {
  const fragments = fragmentsOf(document);
  const measured = new Map<string, Size>();

  function sizeOf(selectionSet: SelectionSetNode): Size {
    let depth = 0;
    let fields = 0;
    for (const selection of selectionSet.selections) {
      fields += 1;
      let inner = NOTHING;
      if (selection.kind === Kind.FRAGMENT_SPREAD) inner = sizeOfFragment(selection.name.value);
      else if (selection.selectionSet) inner = sizeOf(selection.selectionSet);
      fields += inner.fields;
      let levels = inner.depth;
      if (selection.kind === Kind.FIELD) {
        levels += selection.name.value.startsWith('__') ? 1 - INTROSPECTION_DEPTH : 1;
      }
      depth = Math.max(depth, levels);
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

  const found = { ...countNodes(document), depth: 0, fields: 0 };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      const size = sizeOf(definition.selectionSet);
      found.depth = Math.max(found.depth, size.depth);
      found.fields = Math.max(found.fields, size.fields);
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      // Validation also looks at fragments that nothing spreads.
      found.fields = Math.max(found.fields, sizeOfFragment(definition.name.value).fields);
    }
  }

  const errors: GraphQLError[] = [];
  for (const limit of ['depth', 'aliases', 'directives', 'fields', 'name'] as const) {
    if (found[limit] > limits[limit]) errors.push(tooBig(limit, limits[limit]));
  }
  // Counting overlaps expands the fragments, so it is done only if the document is within the other limits.
  if (errors.length === 0 && exceedsOverlaps(document, fragments, limits.overlaps)) {
    errors.push(tooBig('overlaps', limits.overlaps));
  }
  return errors;
}

/** The fragments of a document by their names. */
export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  return fragments;
}

function countNodes(document: DocumentNode) {
  const found = { aliases: 0, directives: 0, name: 0 };
  visit(document, {
    Field: (field) => {
      if (field.alias) found.aliases += 1;
    },
    Directive: () => {
      found.directives += 1;
    },
    Name: ({ value }) => {
      found.name = Math.max(found.name, value.length);
    },
  });
  return found;
}

const NOTHING: Size = { depth: 0, fields: 0 };

const WORDS: Readonly<Record<string, string>> = { name: 'characters in a name' };

/** The error of a document that is past a limit; `extensions.limit` says which. */
export function tooBig(limit: string, max: number): GraphQLError {
  const what = WORDS[limit] ?? limit;
  return new GraphQLError(`The document is too big: at most ${max} ${what} are allowed.`, {
    extensions: { code: 'DOCUMENT_TOO_BIG', limit, max },
  });
}
