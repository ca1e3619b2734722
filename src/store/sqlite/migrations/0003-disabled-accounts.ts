/** Since when an operator keeps the owner of an account out. */
export const disabledAccounts = `
ALTER TABLE accounts ADD COLUMN disabled_at INTEGER;
`;
