import {
  type DocumentNode,
  GraphQLScalarType,
  GraphQLSchema,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

/** The type of variables that have been coerced already. */
const COERCED = new GraphQLScalarType<unknown, unknown>({
  name: '_Coerced',
  parseValue: (value) => value,
});

/**
 * The schema with a type for variables that have been coerced already, so that no executor does it again. Introspection
 * does not show this type.
 */
export class SchemaTakingCoerced extends GraphQLSchema {
  override getType(name: string) {
    return name === COERCED.name ? COERCED : super.getType(name);
  }
}

/** The document and its operation, with variables that are taken as they are. */
export function takingCoerced(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): { document: DocumentNode; operation: OperationDefinitionNode } {
  const { variableDefinitions = [] } = operation;
  if (variableDefinitions.length === 0) return { document, operation };
  const taking = { ...operation, variableDefinitions: variableDefinitions.map(taken) };
  const definitions = document.definitions.map((definition) =>
    definition === operation ? taking : definition,
  );
  return { document: { ...document, definitions }, operation: taking };
}

function taken(definition: VariableDefinitionNode): VariableDefinitionNode {
  // Booleans keep their type: the compiler checks the arguments of directives.
  if (isBoolean(definition)) return definition;
  const { kind, variable, loc } = definition;
  const type: NamedTypeNode = {
    kind: Kind.NAMED_TYPE,
    name: { kind: Kind.NAME, value: COERCED.name },
  };
  return { kind, variable, type, ...(loc && { loc }) };
}

function isBoolean({ type }: VariableDefinitionNode): boolean {
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return named.kind === Kind.NAMED_TYPE && named.name.value === 'Boolean';
}
