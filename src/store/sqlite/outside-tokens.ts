import { keyOfPerson } from '../../domain/accounts/people.ts';
import type { OutsideToken, OutsideTokenStore } from '../../domain/accounts/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import type { SqliteFile } from './file.ts';

interface OutsideTokenRow {
  hash: string;
  session_id: string;
  session_ends_at: number;
  expires_at: number;
}

/** Tokens of outside issuers in a SQLite file. Each insert also deletes the expired ones. */
export function sqliteOutsideTokens(file: SqliteFile, clock: Clock): OutsideTokenStore {
  const sweep = file.statement('DELETE FROM outside_tokens WHERE expires_at <= ?');
  const sweepPeople = file.statement('DELETE FROM ended_people WHERE kept_until <= ?');
  const byHash = file.statement<OutsideTokenRow>(
    'SELECT * FROM outside_tokens WHERE hash = ? AND expires_at > ?',
  );
  const put = file.statement(
    `INSERT INTO outside_tokens (hash, session_id, session_ends_at, expires_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (hash) DO UPDATE SET session_id = excluded.session_id,
       session_ends_at = excluded.session_ends_at, expires_at = excluded.expires_at
     WHERE outside_tokens.session_id = ?`,
  );
  const extend = file.statement(
    `UPDATE outside_tokens SET session_ends_at = max(session_ends_at, ?) WHERE session_id = ?`,
  );
  const endPerson = file.statement(
    `INSERT INTO ended_people (person, ended_at, kept_until) VALUES (?, ?, ?)
     ON CONFLICT (person) DO UPDATE SET ended_at = max(ended_at, excluded.ended_at),
       kept_until = max(kept_until, excluded.kept_until)`,
  );
  const endOf = file.statement<{ ended_at: number }>(
    'SELECT ended_at FROM ended_people WHERE person = ? AND kept_until > ?',
  );

  return {
    async find(hash) {
      const row = await byHash.first(hash, clock.now());
      return row && toOutsideToken(row);
    },
    async put({ hash, sessionId, sessionEndsAt, expiresAt }, inPlaceOf) {
      await sweep.run(clock.now());
      const times = [sessionEndsAt.getTime(), expiresAt.getTime()];
      return (await put.run(hash, sessionId, ...times, inPlaceOf)) > 0;
    },
    async extend(sessionId, sessionEndsAt) {
      await extend.run(sessionEndsAt.getTime(), sessionId);
    },
    async endPerson(person, endedAt, keptUntil) {
      await sweepPeople.run(clock.now());
      await endPerson.run(keyOfPerson(person), endedAt.getTime(), keptUntil.getTime());
    },
    async endOf(person) {
      const row = await endOf.first(keyOfPerson(person), clock.now());
      return row && new Date(row.ended_at);
    },
  };
}

function toOutsideToken(row: OutsideTokenRow): OutsideToken {
  return {
    hash: row.hash,
    sessionId: row.session_id,
    sessionEndsAt: new Date(row.session_ends_at),
    expiresAt: new Date(row.expires_at),
  };
}
