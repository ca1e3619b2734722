import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { type Holdings, holdingsOf, restoreSqlite } from '../store/sqlite/restore.ts';
import { type Command, UsageError } from './command.ts';
import { refuseMongo } from './embedded.ts';

/** Brings the embedded store back from a file. */
export const restore: Command = {
  parameters: 'FILE [--yes]',
  summary: 'bring the embedded store back from a backup',
  help: `
Puts the accounts and rooms of a backup in the place of those in DATA_DIR, all or nothing. The server may run
meanwhile: it sees everything as it was before, or everything as it is after. While rows are copied its writes wait,
and after two seconds are refused.

Everybody has to sign in again: sessions and mailed links are not brought back, since some may have been ended since.
A backup of an older version is brought up to date; one of a newer version is refused.

  --yes   replace accounts and rooms that are there

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
