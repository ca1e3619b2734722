import type { Account } from '../../domain/accounts/account.ts';
import type { AccountStore } from '../../domain/accounts/ports.ts';
import { EmailTakenError } from '../../domain/errors.ts';
import { isDuplicate, type SqliteFile } from './file.ts';

interface AccountRow {
  id: string;
  name: string;
  email: string;
  email_verified: number;
  password_hash: string;
  created_at: number;
  disabled_at: number | null;
  guest_of: string | null;
}

/** Accounts in a SQLite file. */
export function sqliteAccounts(file: SqliteFile): AccountStore {
  const insert = file.statement(
    `INSERT INTO accounts (id, name, email, email_verified, password_hash, created_at, disabled_at,
       guest_of)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = file.statement<AccountRow>('SELECT * FROM accounts WHERE id = ?');
  const byEmail = file.statement<AccountRow>('SELECT * FROM accounts WHERE email = ?');
  const update = file.statement<AccountRow>(
    `UPDATE accounts SET name = coalesce(?, name), password_hash = coalesce(?, password_hash),
       email_verified = coalesce(?, email_verified),
       disabled_at = CASE WHEN ? THEN ? ELSE disabled_at END
     WHERE id = ? RETURNING *`,
  );
  const replaceHash = file.statement(
    'UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?',
  );
  const list = file.statement<AccountRow>(
    'SELECT * FROM accounts WHERE id > ? ORDER BY id LIMIT ?',
  );
  const removeGuests = file.statement<{ id: string }>(
    'DELETE FROM accounts WHERE guest_of = ? RETURNING id',
  );
  const guestRooms = file.statement<{ guest_of: string }>(
    'SELECT DISTINCT guest_of FROM accounts WHERE guest_of IS NOT NULL',
  );
  const remove = file.statement('DELETE FROM accounts WHERE id = ?');

  return {
    async insert({ id, name, email, emailVerified, passwordHash, createdAt, disabledAt, guestOf }) {
      const times = [createdAt.getTime(), disabledAt?.getTime() ?? null];
      try {
        await insert.run(id, name, email, +emailVerified, passwordHash, ...times, guestOf);
      } catch (error) {
        throw isDuplicate(error, 'accounts.email') ? new EmailTakenError() : error;
      }
    },
    async findById(id) {
      const row = await byId.first(id);
      return row && toAccount(row);
    },
    async findByEmail(email) {
      const row = await byEmail.first(email);
      return row && toAccount(row);
    },
    async update(id, { name, passwordHash, emailVerified, disabledAt }) {
      const verified = emailVerified === undefined ? null : +emailVerified;
      const disabled = [+(disabledAt !== undefined), disabledAt?.getTime() ?? null];
      const row = await update.first(name ?? null, passwordHash ?? null, verified, ...disabled, id);
      return row && toAccount(row);
    },
    async replacePasswordHash(id, current, next) {
      return (await replaceHash.run(next, id, current)) > 0;
    },
    async list(first, afterId) {
      const rows = await list.all(afterId ?? '', first);
      return rows.map(toAccount);
    },
    async deleteGuestsOf(roomId) {
      const rows = await removeGuests.all(roomId);
      return rows.map(({ id }) => id);
    },
    async roomsWithGuests() {
      const rows = await guestRooms.all();
      return rows.map(({ guest_of }) => guest_of);
    },
    async delete(id) {
      return (await remove.run(id)) > 0;
    },
    purge: () => file.purge(),
  };
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    emailVerified: row.email_verified === 1,
    passwordHash: row.password_hash,
    createdAt: new Date(row.created_at),
    disabledAt: row.disabled_at === null ? null : new Date(row.disabled_at),
    guestOf: row.guest_of,
  };
}
