/** All rooms, newest first. */
export const roomsByAge = `
CREATE INDEX rooms_by_age ON rooms (created_at, id);
`;
