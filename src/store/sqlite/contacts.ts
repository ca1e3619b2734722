import type { ContactPair, ContactStore } from '../../domain/people/ports.ts';
import type { Stance } from '../../domain/people/stance.ts';
import type { SqliteFile } from './file.ts';

interface PairRow {
  one: string;
  two: string;
  stance_of_one: Stance;
  stance_of_two: Stance;
  since: number;
  revision: string;
}

interface RequestRow {
  owner_id: string;
  email: string;
  since: number;
}

/** Contacts in a SQLite file. */
export function sqliteContacts(file: SqliteFile): ContactStore {
  const byIds = file.statement<PairRow>('SELECT * FROM contacts WHERE one = ? AND two = ?');
  const insert = file.statement(
    `INSERT INTO contacts (one, two, stance_of_one, stance_of_two, since, revision)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const update = file.statement(
    `UPDATE contacts SET stance_of_one = ?, stance_of_two = ?, since = ?, revision = ?
     WHERE one = ? AND two = ? AND revision = ?`,
  );
  const remove = file.statement('DELETE FROM contacts WHERE one = ? AND two = ? AND revision = ?');
  const byUser = file.statement<PairRow>('SELECT * FROM contacts WHERE one = ?1 OR two = ?1');
  const removeByUser = file.statement('DELETE FROM contacts WHERE one = ?1 OR two = ?1');
  const insertRequest = file.statement(
    `INSERT INTO contact_requests (owner_id, email, since) VALUES (?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const requests = file.statement<RequestRow>('SELECT * FROM contact_requests WHERE owner_id = ?');
  const removeRequest = file.statement(
    'DELETE FROM contact_requests WHERE owner_id = ? AND email = ?',
  );
  const removeRequests = file.statement('DELETE FROM contact_requests WHERE owner_id = ?');

  return {
    async find(userId, otherId) {
      const row = await byIds.first(...[userId, otherId].sort());
      return row && toPair(row);
    },
    async put({ one, two, stanceOfOne, stanceOfTwo, since, revision }, before) {
      const values = [stanceOfOne, stanceOfTwo, since.getTime(), revision];
      const changed =
        before === null
          ? await insert.run(one, two, ...values)
          : await update.run(...values, one, two, before);
      return changed > 0;
    },
    async remove({ one, two, revision }) {
      return (await remove.run(one, two, revision)) > 0;
    },
    async listOf(userId) {
      const rows = await byUser.all(userId);
      return rows.map(toPair);
    },
    async putRequest({ ownerId, email, since }) {
      await insertRequest.run(ownerId, email, since.getTime());
    },
    async requestsOf(ownerId) {
      const rows = await requests.all(ownerId);
      return rows.map(({ email, since }) => ({ ownerId, email, since: new Date(since) }));
    },
    async removeRequest(ownerId, email) {
      return (await removeRequest.run(ownerId, email)) > 0;
    },
    async deleteByUser(userId) {
      await removeByUser.run(userId);
      await removeRequests.run(userId);
    },
  };
}

function toPair(row: PairRow): ContactPair {
  return {
    one: row.one,
    two: row.two,
    stanceOfOne: row.stance_of_one,
    stanceOfTwo: row.stance_of_two,
    since: new Date(row.since),
    revision: row.revision,
  };
}
