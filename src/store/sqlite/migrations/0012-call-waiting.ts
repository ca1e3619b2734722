/** Whether a second call may knock while somebody is in one. */
export const callWaiting = `
ALTER TABLE reachability ADD COLUMN call_waiting INTEGER;
`;
