import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { type Holdings, holdingsOf, restoreSqlite } from '../store/sqlite/restore.ts';
import { type Command, UsageError } from './command.ts';
import { refuseMongo } from './embedded.ts';

/** Restores the embedded store from a file. */
export const restore: Command = {
  parameters: 'FILE [--yes]',
  summary: 'restore the embedded store from a backup',
  help: `
Replaces the accounts and rooms in DATA_DIR with those of a backup, all or nothing. The server may run
meanwhile: it sees either all of the old data or all of the new. While rows are copied, its writes wait,
and are refused after two seconds.

Everybody has to sign in again: sessions and mailed links are not restored, because some may have been ended since.
A backup of an older version is brought up to date; one of a newer version is refused.

  --yes   replace existing accounts and rooms

For a MongoDB (MONGO_URI), use mongorestore.

Exit code: 0 restored, 1 nothing was changed.`,
  async run(args, terminal) {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('restore takes one FILE.');
    const config = readConfig(terminal.env);
    refuseMongo(config, 'mongorestore');
    const there = holdingsOf(config.dataDir);
    if (there !== null && there.accounts + there.rooms > 0 && !values.yes) {
      throw new Error(
        `${describe(there)} in ${config.dataDir} would be replaced. If you mean it, add --yes.`,
      );
    }
    terminal.progress(`Restoring ${file}`);
    const restored = await restoreSqlite(config.dataDir, file);
    terminal.endProgress();
    terminal.print(`Restored ${describe(restored)} from ${file}. Everybody has to sign in again.`);
    return 0;
  },
};

function describe({ accounts, rooms }: Holdings): string {
  return `${plural(accounts, 'account')} and ${plural(rooms, 'room')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
