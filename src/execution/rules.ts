import {
  FieldsOnCorrectTypeRule,
  GraphQLError,
  KnownArgumentNamesRule,
  NoSchemaIntrospectionCustomRule,
  OverlappingFieldsCanBeMergedRule,
  PossibleFragmentSpreadsRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  VariablesInAllowedPositionRule,
} from 'graphql';

/** Rules whose errors reveal parts of the schema, with what replaces the message of each when the schema is hidden. */
const TELLING: ReadonlyMap<ValidationRule, (message: string) => string> = new Map([
  [ValuesOfCorrectTypeRule, () => 'A value in the document has the wrong type for its place.'],
  [ProvidedRequiredArgumentsRule, () => 'An argument that is required is missing.'],
  [VariablesInAllowedPositionRule, () => 'A variable is used in a place of another type.'],
  [ScalarLeafsRule, () => 'A selection of fields is missing, or is not allowed in its place.'],
  [PossibleFragmentSpreadsRule, () => 'A fragment is spread in a place of another type.'],
  [FieldsOnCorrectTypeRule, withoutPlace],
  [KnownArgumentNamesRule, withoutPlace],
  [
    OverlappingFieldsCanBeMergedRule,
    (message) => message.replace(/(return conflicting types) "[^"]*" and "[^"]*"/g, '$1'),
  ],
]);

/** Keeps the name that the client wrote, and leaves out the type that has no such field or argument. */
function withoutPlace(message: string): string {
  return message.replace(/ on (?:type|field) "[^"]*"/, '');
}

/**
 * The rules of validation (GraphQL specification §5). @param introspection whether errors may name parts of the schema
 */
export function validationRules(introspection: boolean): readonly ValidationRule[] {
  if (introspection) return specifiedRules;
  const rules = specifiedRules.map((rule) => {
    const tell = TELLING.get(rule);
    return tell === undefined ? rule : telling(rule, tell);
  });
  return [...rules, NoSchemaIntrospectionCustomRule];
}

/** The rule, with other messages. */
function telling(rule: ValidationRule, tell: (message: string) => string): ValidationRule {
  return (context) => {
    const quiet: ValidationContext = Object.create(context, {
      reportError: {
        value: ({ message, nodes }: GraphQLError) =>
          context.reportError(new GraphQLError(tell(message), nodes && { nodes })),
      },
    });
    return rule(quiet);
  };
}
