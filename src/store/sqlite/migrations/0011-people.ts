/** Contacts, reachability, calls that have ended, push subscriptions, and keys that the server makes once. */
export const people = `
CREATE TABLE contacts (
  one           TEXT NOT NULL,
  two           TEXT NOT NULL,
  stance_of_one TEXT NOT NULL,
  stance_of_two TEXT NOT NULL,
  since         INTEGER NOT NULL,
  revision      TEXT NOT NULL,
  PRIMARY KEY (one, two)
) WITHOUT ROWID, STRICT;
CREATE INDEX contacts_of_two ON contacts (two);

CREATE TABLE contact_requests (
  owner_id TEXT NOT NULL,
  email    TEXT NOT NULL,
  since    INTEGER NOT NULL,
  PRIMARY KEY (owner_id, email)
) WITHOUT ROWID, STRICT;

CREATE TABLE reachability (
  user_id          TEXT PRIMARY KEY,
  allow_calls_from TEXT,
  show_presence    INTEGER
) WITHOUT ROWID, STRICT;

CREATE TABLE calls (
  user_id    TEXT NOT NULL,
  call_id    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  body       TEXT NOT NULL,
  PRIMARY KEY (user_id, call_id)
) STRICT;
CREATE INDEX calls_by_age_of_user ON calls (user_id, created_at DESC, call_id DESC);
CREATE INDEX calls_by_age ON calls (created_at);

CREATE TABLE push_subscriptions (
  id         TEXT PRIMARY KEY,
  endpoint   TEXT NOT NULL,
  p256dh     TEXT NOT NULL,
  auth       TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  session_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX push_subscriptions_user ON push_subscriptions (user_id, created_at);
CREATE INDEX push_subscriptions_session ON push_subscriptions (session_id);

CREATE TABLE server_keys (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID, STRICT;
`;
