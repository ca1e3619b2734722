import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  PossibleFragmentSpreadsRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  VariablesInAllowedPositionRule,
} from 'graphql';

/** Rules whose errors reveal parts of the schema, with the message that replaces each when the schema is hidden. */
const TELLING: ReadonlyMap<ValidationRule, string> = new Map([
  [ValuesOfCorrectTypeRule, 'A value in the document has the wrong type for its place.'],
  [ProvidedRequiredArgumentsRule, 'An argument that is required is missing.'],
  [VariablesInAllowedPositionRule, 'A variable is used in a place of another type.'],
  [ScalarLeafsRule, 'A selection of fields is missing, or is not allowed in its place.'],
  [PossibleFragmentSpreadsRule, 'A fragment is spread in a place of another type.'],
]);

/**
 * The rules of validation (GraphQL specification §5). @param introspection whether errors may name parts of the schema
 */
export function validationRules(introspection: boolean): readonly ValidationRule[] {
  if (introspection) return specifiedRules;
  const rules = specifiedRules.map((rule) => {
    const message = TELLING.get(rule);
    return message === undefined ? rule : telling(rule, message);
  });
  return [...rules, NoSchemaIntrospectionCustomRule];
}

/** The rule, with another message. */
function telling(rule: ValidationRule, message: string): ValidationRule {
  return (context) => {
    const quiet: ValidationContext = Object.create(context, {
      reportError: {
        value: ({ nodes }: GraphQLError) =>
          context.reportError(new GraphQLError(message, nodes && { nodes })),
      },
    });
    return rule(quiet);
  };
}
