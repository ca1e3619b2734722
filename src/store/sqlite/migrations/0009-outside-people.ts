/** People whom outside issuers vouch for, and their tokens. */
export const outsidePeople = `
ALTER TABLE accounts ADD COLUMN issuer TEXT;
ALTER TABLE accounts ADD COLUMN subject TEXT;
ALTER TABLE accounts ADD COLUMN outside_email TEXT;
ALTER TABLE accounts ADD COLUMN picture TEXT;
CREATE UNIQUE INDEX accounts_person ON accounts (issuer, subject) WHERE issuer IS NOT NULL;

ALTER TABLE sessions ADD COLUMN only_room TEXT;
ALTER TABLE sessions ADD COLUMN role TEXT;

CREATE TABLE outside_tokens (
  hash            TEXT PRIMARY KEY,
  session_id      TEXT NOT NULL,
  session_ends_at INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX outside_tokens_session ON outside_tokens (session_id);
CREATE INDEX outside_tokens_expiry ON outside_tokens (expires_at);

CREATE TABLE ended_people (
  person     TEXT PRIMARY KEY,
  ended_at   INTEGER NOT NULL,
  kept_until INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
`;
