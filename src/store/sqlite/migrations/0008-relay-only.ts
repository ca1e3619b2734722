/** Whether clients send media only through TURN servers. */
export const relayOnly = `
ALTER TABLE rooms ADD COLUMN relay_only INTEGER NOT NULL DEFAULT 0;
`;
