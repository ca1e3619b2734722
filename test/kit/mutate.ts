import { post } from './people.ts';

/** The result of a mutation: its type, and the selected fields. */
export interface Outcome {
  readonly __typename: string;
  readonly message?: string;
  readonly retryAfter?: number;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  readonly [field: string]: unknown;
}

/** The document of a mutation with one input, for any result. */
export function mutationOf(name: string, fields: string): string {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return `mutation ${type}($input: ${type}Input!) {
  ${name}(input: $input) {
    __typename
    ... on ${type}Success { ${fields} }
    ... on Error { message }
    ... on InvalidInputError { issues { path message } }
    ... on RateLimitedError { retryAfter }
  }
}`;
}

/** Runs a mutation by POST; `fields` are selected on its success. Throws the response's `errors`. */
export async function mutate(
  url: string,
  name: string,
  input: object,
  fields: string,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const answer = await post<Record<string, Outcome>, { input: object }>(
    url,
    mutationOf(name, fields),
    { input },
    headers,
  );
  const outcome = answer.data?.[name];
  if (outcome === undefined || answer.errors) throw new Error(JSON.stringify(answer.errors));
  return outcome;
}
