import type { Account, Identity } from '../../domain/accounts/account.ts';
import type { AccountStore } from '../../domain/accounts/ports.ts';
import { EmailTakenError, PersonTakenError } from '../../domain/errors.ts';
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
  issuer: string | null;
  subject: string | null;
  outside_email: string | null;
  picture: string | null;
}

/** Accounts in a SQLite file. */
export function sqliteAccounts(file: SqliteFile): AccountStore {
  const insert = file.statement(
    `INSERT INTO accounts (id, name, email, email_verified, password_hash, created_at, disabled_at,
       guest_of, issuer, subject, outside_email, picture)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = file.statement<AccountRow>('SELECT * FROM accounts WHERE id = ?');
  const byIds = file.statement<AccountRow>(
    'SELECT * FROM accounts WHERE id IN (SELECT value FROM json_each(?))',
  );
  const byEmail = file.statement<AccountRow>('SELECT * FROM accounts WHERE email = ?');
  const byPerson = file.statement<AccountRow>(
    'SELECT * FROM accounts WHERE issuer = ? AND subject = ?',
  );
  const update = file.statement<AccountRow>(
    `UPDATE accounts SET name = coalesce(?1, name), password_hash = coalesce(?2, password_hash),
       email_verified = coalesce(?3, email_verified),
       disabled_at = CASE WHEN ?4 THEN ?5 ELSE disabled_at END,
       issuer = CASE WHEN ?6 THEN ?7 ELSE issuer END,
       subject = CASE WHEN ?6 THEN ?8 ELSE subject END,
       outside_email = CASE WHEN ?6 THEN ?9 ELSE outside_email END,
       picture = CASE WHEN ?6 THEN ?10 ELSE picture END
     WHERE id = ?11 RETURNING *`,
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

  /** Whether it is the email of a refused account that is taken, and not its person: SQLite does not say it by a code. */
  async function isEmailTaken({ email, identity }: Account): Promise<boolean> {
    if (identity === null) return true;
    const { issuer, subject } = identity;
    if ((await byPerson.first(issuer, subject)) !== null) return false;
    return (await byEmail.first(email)) !== null;
  }

  return {
    async insert(account) {
      const { id, name, email, emailVerified, passwordHash, createdAt, disabledAt } = account;
      const values = [id, name, email, +emailVerified, passwordHash];
      const times = [createdAt.getTime(), disabledAt?.getTime() ?? null];
      try {
        await insert.run(...values, ...times, account.guestOf, ...identityValues(account.identity));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        throw (await isEmailTaken(account)) ? new EmailTakenError() : new PersonTakenError();
      }
    },
    async findById(id) {
      const row = await byId.first(id);
      return row && toAccount(row);
    },
    async findMany(ids) {
      const rows = await byIds.all(JSON.stringify(ids));
      return rows.map(toAccount);
    },
    async findByEmail(email) {
      const row = await byEmail.first(email);
      return row && toAccount(row);
    },
    async findByPerson({ issuer, subject }) {
      const row = await byPerson.first(issuer, subject);
      return row && toAccount(row);
    },
    async update(id, { name, passwordHash, emailVerified, disabledAt, identity }) {
      const verified = emailVerified === undefined ? null : +emailVerified;
      const values = [name ?? null, passwordHash ?? null, verified];
      const disabled = [+(disabledAt !== undefined), disabledAt?.getTime() ?? null];
      const who = [+(identity !== undefined), ...identityValues(identity ?? null)];
      const row = await update.first(...values, ...disabled, ...who, id);
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

function identityValues(identity: Identity | null): (string | null)[] {
  if (identity === null) return [null, null, null, null];
  return [identity.issuer, identity.subject, identity.email, identity.picture];
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
    identity: toIdentity(row),
  };
}

function toIdentity({ issuer, subject, outside_email, picture }: AccountRow): Identity | null {
  if (issuer === null || subject === null) return null;
  return { issuer, subject, email: outside_email, picture };
}
