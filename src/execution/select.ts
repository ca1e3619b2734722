import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';

/** Finds the operation to run, as the GraphQL specification says (§6.1, GetOperation), or answers an error. */
export function selectOperation(
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode | GraphQLError {
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operationName !== undefined) {
    const named = operations.find(({ name }) => name?.value === operationName);
    return named ?? new GraphQLError(`The document has no operation named "${operationName}".`);
  }
  const [only, another] = operations;
  if (only === undefined) return new GraphQLError('The document has no operation.');
  if (another !== undefined)
    return new GraphQLError('The document has several operations: give operationName.');
  return only;
}
