/** Up to when people have seen their calls. */
export const callsSeen = `
CREATE TABLE calls_seen (
  user_id TEXT PRIMARY KEY,
  until   INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
`;
