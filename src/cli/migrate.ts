import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { systemClock } from '../domain/clock.ts';
import { openStore } from '../store/open.ts';
import { inspectSqlite } from '../store/sqlite/inspect.ts';
import type { Command } from './command.ts';
import { storeLog } from './terminal.ts';

/** Brings the store up to this version. */
export const migrate: Command = {
  parameters: '',
  summary: 'bring the store up to this version, as the next start would',
  help: `
Brings the tables of the embedded store, or the indexes of MongoDB, to the state that this version needs, and ends. A
start does the same; use this command to do it before, separately. Servers of the previous version may keep running:
docs/upgrading.md says what is guaranteed.

Exit code: 0 up to date, 1 nothing was changed.`,
  async run(args, terminal) {
    parseArgs({ args: [...args], options: {} });
    const config = readConfig(terminal.env);
    const { dataDir, mongoUri } = config;
    const before = mongoUri === null ? inspectSqlite(dataDir) : null;
    terminal.progress(
      mongoUri === null ? 'Bringing the tables up to date' : 'Building missing indexes',
    );
    const store = await openStore(
      { dataDir, mongoUri },
      {
        clock: systemClock,
        log: storeLog(terminal),
      },
    );
    terminal.endProgress();
    await store.close();
    if (before === null) terminal.print(`${store.description}: the indexes are up to date.`);
    else if (before.schema === before.ownSchema) {
      terminal.print(`${store.description}: up to date (schema ${before.ownSchema}).`);
    } else {
      terminal.print(`${store.description}: schema ${before.schema ?? 0} → ${before.ownSchema}.`);
    }
    return 0;
  },
};
