import { type DocumentNode, Kind, visit } from 'graphql';

/**
 * Whether the document alone decides the result of an event: no variable is used in the selection. Arguments of the
 * subscription itself decide which events come, not how they look.
 */
export function looksAlikeForAll(document: DocumentNode): boolean {
  let alike = true;
  const inSelection = {
    Variable: () => {
      alike = false;
    },
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) visit(definition, inSelection);
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const root of definition.selectionSet.selections) {
      visit(root.kind === Kind.FIELD ? { ...root, arguments: [] } : root, inSelection);
    }
  }
  return alike;
}
