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
}

/** Accounts in a SQLite file. */
export function sqliteAccounts(file: SqliteFile): AccountStore {
  const insert = file.statement(
    `INSERT INTO accounts (id, name, email, email_verified, password_hash, created_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const byId = file.statement<AccountRow>('SELECT * FROM accounts WHERE id = ?');
  const byEmail = file.statement<AccountRow>('SELECT * FROM accounts WHERE email = ?');
  const update = file.statement<AccountRow>(
    `UPDATE accounts SET name = coalesce(?, name), password_hash = coalesce(?, password_hash),
       email_verified = coalesce(?, email_verified)
     WHERE id = ? RETURNING *`,
  );
  const replaceHash = file.statement(
    'UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?',
  );
  const remove = file.statement('DELETE FROM accounts WHERE id = ?');

  return {
    async insert({ id, name, email, emailVerified, passwordHash, createdAt }) {
      try {
        await insert.run(id, name, email, +emailVerified, passwordHash, createdAt.getTime());
      } catch (error) {
        throw isDuplicate(error, 'accounts.email') ? new EmailTakenError() : error;
      }
    },
    async findById(id) {
      return toAccount(await byId.first(id));
    },
    async findByEmail(email) {
      return toAccount(await byEmail.first(email));
    },
    async update(id, { name, passwordHash, emailVerified }) {
      const verified = emailVerified === undefined ? null : +emailVerified;
      return toAccount(await update.first(name ?? null, passwordHash ?? null, verified, id));
    },
    async replacePasswordHash(id, current, next) {
      return (await replaceHash.run(next, id, current)) > 0;
    },
    async delete(id) {
      return (await remove.run(id)) > 0;
    },
  };
}

function toAccount(row: AccountRow | null): Account | null {
  return (
    row && {
      id: row.id,
      name: row.name,
      email: row.email,
      emailVerified: row.email_verified === 1,
      passwordHash: row.password_hash,
      createdAt: new Date(row.created_at),
    }
  );
}
