/** The techniques of the hot path. All are used; the benchmark turns one off at a time to show what it is worth. */
export interface Techniques {
  /** Operations are compiled; where not, graphql-js interprets them. */
  readonly compiled: boolean;
  /** Queries and mutations are answered straight from their frames; where not, through graphql-ws. */
  readonly direct: boolean;
  /** What one socket is sent in a turn of the event loop leaves in one write. */
  readonly gathered: boolean;
  /** Events go from the mailbox to the socket without async iterators. */
  readonly pushed: boolean;
  /** What a whole room is told is shaped once for all who select it alike. */
  readonly shared: boolean;
  /** Events are written as text where their selection allows it; where not, executed and then serialised. */
  readonly written: boolean;
}

export const allTechniques: Techniques = {
  compiled: true,
  direct: true,
  gathered: true,
  pushed: true,
  shared: true,
  written: true,
};
