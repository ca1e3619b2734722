import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { backUpSqlite } from '../store/sqlite/backup.ts';
import { type Command, UsageError } from './command.ts';
import { megabytes, refuseMongo } from './embedded.ts';

/** Copies the embedded store to a file. */
export const backup: Command = {
  parameters: 'FILE',
  summary: 'copy the embedded store to a file; servers may run',
  help: `
Copies the embedded store in DATA_DIR to FILE, as it is at one moment. Servers may run. The copy is checked
before it gets its name. It has password hashes and emails: only its owner can read FILE; keep it so.
The secret in DATA_DIR/jwt-secret is not in it.

For a MongoDB (MONGO_URI), use mongodump.

Exit code: 0 FILE was written and checked, 1 there is no FILE.`,
  async run(args, terminal) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('backup takes one FILE.');
    const config = readConfig(terminal.env);
    refuseMongo(config, 'mongodump');
    const began = Date.now();
    const bytes = await backUpSqlite(config.dataDir, file, (done, total) => {
      const percent = total === 0 ? 0 : Math.min(99, Math.floor((done / total) * 100));
      terminal.progress(`Backing up: ${percent} % (${megabytes(done)})`);
    });
    terminal.endProgress();
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    terminal.print(`Backed up to ${file}: ${megabytes(bytes)}, checked, in ${seconds} s.`);
    return 0;
  },
};
