/** Webhooks that wait to be sent. */
export const webhooks = `
CREATE TABLE webhooks (
  id TEXT NOT NULL,
  url TEXT NOT NULL,
  room_id TEXT NOT NULL,
  place TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  behind INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id, url)
) WITHOUT ROWID;
CREATE INDEX webhooks_in_order ON webhooks (url, room_id, place);
CREATE INDEX webhooks_by_due_at ON webhooks (url, due_at, place);
`;
