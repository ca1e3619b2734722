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

/** Rules whose errors say what the schema has in a place, and what is told of them where that is hidden. */
const TELLING: ReadonlyMap<ValidationRule, (message: string) => string> = new Map([
  [
    ValuesOfCorrectTypeRule,
    () => 'A value in the document is not of the type that its place takes.',
  ],
  [ProvidedRequiredArgumentsRule, () => 'An argument that is required is missing.'],
  [VariablesInAllowedPositionRule, () => 'A variable is used in a place of another type.'],
  [ScalarLeafsRule, () => 'A selection of fields is missing, or stands where there is none.'],
  [PossibleFragmentSpreadsRule, () => 'A fragment is spread in a place of another type.'],
  [FieldsOnCorrectTypeRule, withoutPlace],
  [KnownArgumentNamesRule, withoutPlace],
  [
    OverlappingFieldsCanBeMergedRule,
    (message) => message.replace(/(return conflicting types) "[^"]*" and "[^"]*"/g, '$1'),
  ],
]);

/** What the client has named itself is told, and not on what type it is missing. */
function withoutPlace(message: string): string {
  return message.replace(/ on (?:type|field) "[^"]*"/, '');
}

/** The rules of validation (GraphQL specification §5). @param introspection whether errors may name what the schema has */
export function validationRules(introspection: boolean): readonly ValidationRule[] {
  if (introspection) return specifiedRules;
  const rules = specifiedRules.map((rule) => {
    const tell = TELLING.get(rule);
    return tell === undefined ? rule : telling(rule, tell);
  });
  return [...rules, NoSchemaIntrospectionCustomRule];
}

/** The rule, with messages of ours. */
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
