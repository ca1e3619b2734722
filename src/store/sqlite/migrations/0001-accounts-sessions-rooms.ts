/**
 * Times are milliseconds since the Unix epoch. No table refers to another. On every store, an account is deleted before
 * its sessions and rooms end; a foreign key would require another order here only.
 */
export const accountsSessionsRooms = `
CREATE TABLE accounts (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  email         TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_email ON accounts (email);

CREATE TABLE sessions (
  id           TEXT PRIMARY KEY,
  account_id   TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  user_agent   TEXT
) STRICT;
CREATE INDEX sessions_account ON sessions (account_id, created_at DESC, id DESC);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE rooms (
  id         TEXT PRIMARY KEY,
  name       TEXT,
  host_id    TEXT NOT NULL,
  host_name  TEXT NOT NULL,
  capacity   INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rooms_host ON rooms (host_id, created_at DESC, id DESC);
CREATE INDEX rooms_expiry ON rooms (expires_at);
`;
