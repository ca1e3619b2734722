/** Whether clients send media through TURN servers alone. */
export const relayOnly = `
ALTER TABLE rooms ADD COLUMN relay_only INTEGER NOT NULL DEFAULT 0;
`;
