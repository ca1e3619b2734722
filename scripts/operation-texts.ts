import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

const HEAD = `import { operation } from '../operation.ts';
import type * as types from './graphql.ts';
`;

/**
 * Writes each operation as an export of its own: its text, with the types that the client preset has made. A fragment
 * stands once, for all operations that use it.
 */
export function operationTexts(
  _schema: GraphQLSchema,
  documents: readonly { readonly document?: DocumentNode }[],
): string {
  const definitions = documents.flatMap(({ document }) => document?.definitions ?? []);
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  return [
    HEAD,
    ...[...fragments].map(([name, fragment]) => `const ${name} = ${literal(fragment)};`),
    ...operations.map((node) => {
      const name = node.name?.value ?? '';
      const type = `types.${name}${node.operation[0]?.toUpperCase()}${node.operation.slice(1)}`;
      const parts = [literal(node), ...namesUsed(node, fragments)].join(', ');
      return `export const ${name}Document = /* @__PURE__ */ operation<${type}, ${type}Variables>(${parts});`;
    }),
    '',
  ].join('\n');
}

function literal(node: OperationDefinitionNode | FragmentDefinitionNode): string {
  return `'${stripIgnoredCharacters(print(node)).replaceAll(/[\\']/g, '\\$&')}'`;
}

/** The fragments that it needs, those of its fragments as well. */
function namesUsed(
  node: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  known = new Set<string>(),
): Set<string> {
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [node] };
  visit(document, {
    FragmentSpread({ name: { value } }) {
      const fragment = fragments.get(value);
      if (fragment === undefined || known.has(value)) return;
      known.add(value);
      namesUsed(fragment, fragments, known);
    },
  });
  return known;
}
