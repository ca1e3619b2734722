import type { FormEvent, ReactNode } from 'react';

interface Failure {
  readonly __typename: string;
  readonly message?: string;
  readonly issues?: readonly { readonly message: string }[];
}

/** The server's message for a refusal; null for a success. */
export function wordsFor(result: Failure | null | undefined): string | null {
  if (result === null || result === undefined || result.__typename.endsWith('Success')) return null;
  return result.issues?.map(({ message }) => message).join(' ') ?? result.message ?? 'It failed.';
}

export interface Credentials {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** Whether to create an account. */
  readonly isNew: boolean;
}

function readCredentials(event: FormEvent<HTMLFormElement>): Credentials {
  event.preventDefault();
  const data = new FormData(event.currentTarget);
  const field = (name: string) => String(data.get(name) ?? '');
  return {
    name: field('name'),
    email: field('email'),
    password: field('password'),
    isNew: data.get('isNew') !== null,
  };
}

/** A form to sign in or sign up. */
export function SignInForm(props: {
  error: string | null;
  onSubmit: (credentials: Credentials) => void;
}) {
  return (
    <form data-testid="sign-in" onSubmit={(event) => props.onSubmit(readCredentials(event))}>
      <h1>Sign in</h1>
      <Field label="Name">
        <input name="name" autoComplete="name" />
      </Field>
      <Field label="Email">
        <input name="email" type="email" autoComplete="email" required />
      </Field>
      <Field label="Password">
        <input name="password" type="password" autoComplete="current-password" required />
      </Field>
      <label>
        <input name="isNew" type="checkbox" defaultChecked /> I have no account yet
      </label>
      <button type="submit">Go on</button>
      {props.error !== null && <p role="alert">{props.error}</p>}
    </form>
  );
}

function Field(props: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the field is its child
    <label>
      {props.label} {props.children}
    </label>
  );
}
