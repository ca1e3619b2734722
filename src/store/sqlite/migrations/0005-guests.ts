/** The room that an account without a password belongs to. */
export const guests = `
ALTER TABLE accounts ADD COLUMN guest_of TEXT;
CREATE INDEX accounts_by_guest_of ON accounts (guest_of) WHERE guest_of IS NOT NULL;
`;
