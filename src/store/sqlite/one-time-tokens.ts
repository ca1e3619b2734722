import type { OneTimeToken, OneTimeTokenStore, TokenPurpose } from '../../domain/accounts/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import type { SqliteFile } from './file.ts';

interface OneTimeTokenRow {
  hash: string;
  purpose: TokenPurpose;
  account_id: string;
  session_id: string | null;
  expires_at: number;
}

/** One-time tokens in a SQLite file. Each insert also deletes the expired ones. */
export function sqliteOneTimeTokens(file: SqliteFile, clock: Clock): OneTimeTokenStore {
  const sweep = file.statement('DELETE FROM one_time_tokens WHERE expires_at <= ?');
  const insert = file.statement(
    `INSERT INTO one_time_tokens (hash, purpose, account_id, session_id, expires_at)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const take = file.statement<OneTimeTokenRow>(
    'DELETE FROM one_time_tokens WHERE hash = ? AND purpose = ? AND expires_at > ? RETURNING *',
  );
  const removeByAccount = file.statement('DELETE FROM one_time_tokens WHERE account_id = ?');

  return {
    async insert({ hash, purpose, accountId, sessionId, expiresAt }) {
      await sweep.run(clock.now());
      await insert.run(hash, purpose, accountId, sessionId, expiresAt.getTime());
    },
    async take(hash, purpose) {
      const row = await take.first(hash, purpose, clock.now());
      return row && toOneTimeToken(row);
    },
    async deleteByAccount(accountId) {
      await removeByAccount.run(accountId);
    },
  };
}

function toOneTimeToken(row: OneTimeTokenRow): OneTimeToken {
  return {
    hash: row.hash,
    purpose: row.purpose,
    accountId: row.account_id,
    sessionId: row.session_id,
    expiresAt: new Date(row.expires_at),
  };
}
