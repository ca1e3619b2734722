/** A defence of the server, how it is taken out, and the test that must fail then. */
export interface Defence {
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly test: string;
  /** The end of the full name of the test. */
  readonly title: string;
}

export const defences: readonly Defence[];
