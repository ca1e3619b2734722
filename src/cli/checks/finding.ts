/** What a check has found: no problem, something more that could be had, a warning, or a problem to fix. */
export type Finding =
  | { readonly state: 'ok'; readonly text: string }
  | {
      readonly state: 'optional' | 'warning' | 'problem';
      readonly text: string;
      readonly mend: string;
    };

/** One thing that is checked, and how. */
export interface Check {
  readonly name: string;
  look(): Promise<readonly Finding[]>;
}

export function ok(text: string): Finding {
  return { state: 'ok', text };
}

/** Something that is not configured, and need not be. */
export function optional(text: string, mend: string): Finding {
  return { state: 'optional', text, mend };
}

export function warning(text: string, mend: string): Finding {
  return { state: 'warning', text, mend };
}

export function problem(text: string, mend: string): Finding {
  return { state: 'problem', text, mend };
}
