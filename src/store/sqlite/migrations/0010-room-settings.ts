/** A JSON object of the settings of a room, except those that servers of the version before keep in columns. */
export const roomSettings = `
ALTER TABLE rooms ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
UPDATE rooms SET settings = json_object('relayOnly', json(iif(relay_only, 'true', 'false')));
ALTER TABLE rooms DROP COLUMN relay_only;
`;
