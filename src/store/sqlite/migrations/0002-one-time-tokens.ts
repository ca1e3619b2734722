/** Whether an email is verified, and the tokens that verify it; the tokens are kept as their hashes. */
export const oneTimeTokens = `
ALTER TABLE accounts ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 0;

CREATE TABLE one_time_tokens (
  hash       TEXT PRIMARY KEY,
  purpose    TEXT NOT NULL,
  account_id TEXT NOT NULL,
  session_id TEXT,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX one_time_tokens_account ON one_time_tokens (account_id);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);
`;
