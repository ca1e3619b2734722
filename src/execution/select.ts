import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';

/** Finds the operation to run, as the GraphQL specification says (§6.1, GetOperation); an error otherwise. */
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
    return new GraphQLError('Say which operation to run: give operationName.');
  return only;
}
