/** Who may join a room. `banned` is a JSON array of strings: user ids, and later also the marks of `writeBan`. */
export const roomAccess = `
ALTER TABLE rooms ADD COLUMN access TEXT NOT NULL DEFAULT 'OPEN';
ALTER TABLE rooms ADD COLUMN allow_guests INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN banned TEXT NOT NULL DEFAULT '[]';
`;
