/** When an operator disabled the account. */
export const disabledAccounts = `
ALTER TABLE accounts ADD COLUMN disabled_at INTEGER;
`;
