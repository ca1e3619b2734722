import type { ServerKeyStore } from '../../domain/people/ports.ts';
import type { SqliteFile } from './file.ts';

/** Keys of the server in a SQLite file. */
export function sqliteServerKeys(file: SqliteFile): ServerKeyStore {
  const insert = file.statement('INSERT OR IGNORE INTO server_keys (name, value) VALUES (?, ?)');
  const byName = file.statement<{ value: string }>('SELECT value FROM server_keys WHERE name = ?');

  return {
    async ensure(name, made) {
      await insert.run(name, made);
      const row = await byName.first(name);
      return row?.value ?? made;
    },
  };
}
