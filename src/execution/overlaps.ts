import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from './measure.ts';

/**
 * Whether a document has more than `limit` pairs of fields with one response name in one place. It stops counting at
 * the limit. It expands fragments, so the document must be within its limit of fields.
 */
export function exceedsOverlaps(
  document: DocumentNode,
  fragments: Fragments,
  limit: number,
): boolean {
  let overlaps = 0;
  const spread = new Set<string>();

  function visitSets(sets: readonly SelectionSetNode[]): void {
    const inner = new Map<string, SelectionSetNode[]>();
    const met = new Map<string, number>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (overlaps > limit) return;
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
          spread.add(selection.name.value);
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
  // Validation also compares the fields of fragments that no operation spreads.
  for (const [name, fragment] of fragments) {
    if (!spread.has(name)) visitSets([fragment.selectionSet]);
  }
  return overlaps > limit;
}
