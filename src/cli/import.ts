import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { AccountImport } from '../domain/accounts/account-import.ts';
import { OneTimeTokens } from '../domain/accounts/one-time-tokens.ts';
import type { ScryptParameters } from '../domain/accounts/password-hash.ts';
import { systemClock } from '../domain/clock.ts';
import { openStore } from '../store/open.ts';
import { type Command, UsageError } from './command.ts';
import { fieldNames, toUser } from './imports/fields.ts';
import { type Row, readNdjson } from './imports/ndjson.ts';
import { storeLog } from './terminal.ts';

/** Imports users of another system. */
export const importUsers: Command = {
  parameters: 'users FILE',
  summary: 'import the users of another system, with their passwords',
  help: `
  peerql import users FILE                              one JSON object per line, as mongoexport writes them
  peerql import users --mongo URI --collection users    the documents of a collection, which is only read

Each user needs an id, a name, an email and a password hash of bcrypt, Argon2 or scrypt. The id is kept. The password
keeps working: the first sign-in checks it against the old hash, and makes a new hash.

  --field FIELD=NAME   the name of id, name, email or passwordHash there; NAME may have dots. Default: id or _id;
                       name or username; email; passwordHash or password
  --scrypt N,R,P       the parameters of hashes of the form salt:key or key.salt. Default: 16384,8,1 as in Node.js
  --update             give existing accounts the name and the password of the other system. If the password hash
                       changes, their sessions end

Without --update, existing accounts are not changed, so the import can be repeated. Servers may run meanwhile. For
each refused user it prints the reason on stderr. Limits of the hashes are IMPORTED_BCRYPT_COST, IMPORTED_HASH_MIB and
IMPORTED_HASH_PASSES; the server needs the same values.

Exit code: 0 no user was refused, 1 some were refused, or the import failed.`,
  async run(args, terminal) {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: {
        mongo: { type: 'string' },
        collection: { type: 'string' },
        field: { type: 'string', multiple: true, default: [] },
        scrypt: { type: 'string', default: '16384,8,1' },
        update: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [what, file, ...more] = positionals;
    const { mongo, collection, update } = values;
    if (what !== 'users' || more.length > 0) throw new UsageError(USAGE);
    if ((file === undefined) === (mongo === undefined)) throw new UsageError(USAGE);
    if ((mongo === undefined) !== (collection === undefined)) throw new UsageError(USAGE);
    const names = fieldNames(values.field);
    const scrypt = scryptParameters(values.scrypt);
    const { dataDir, mongoUri, limits } = readConfig(terminal.env);
    const rows =
      file === undefined
        ? documents(mongo ?? '', collection ?? '', Object.values(names).flat())
        : fileRows(file);
    const store = await openStore(
      { dataDir, mongoUri },
      {
        clock: systemClock,
        log: storeLog(terminal),
      },
    );
    let rowsSeen = 0;
    const counts = { imported: 0, updated: 0, kept: 0, refused: 0 };
    try {
      const accounts = new AccountImport({
        accounts: store.accounts,
        sessions: store.sessions,
        oneTimeTokens: new OneTimeTokens({ tokens: store.oneTimeTokens, clock: systemClock }),
        clock: systemClock,
        limits,
        scrypt,
        update,
      });
      for await (const { place, row } of rows) {
        const user = 'fault' in row ? row : toUser(row.fields, names);
        const outcome = 'fault' in user ? { refused: user.fault } : await accounts.take(user);
        if (typeof outcome === 'string') counts[outcome] += 1;
        else {
          counts.refused += 1;
          terminal.endProgress();
          terminal.note(`${place}${'id' in user ? idOf(user.id) : ''}: ${outcome.refused}.`);
        }
        rowsSeen += 1;
        if (rowsSeen % TELL_ROWS === 0) terminal.progress(`Importing: ${summary(counts)}`);
      }
    } finally {
      terminal.endProgress();
      await store.close();
    }
    terminal.print(`${summary(counts)}.`);
    return counts.refused === 0 ? 0 : 1;
  },
};

/** After how many rows the progress is shown again. */
const TELL_ROWS = 50;

const USAGE = 'import takes users FILE, or users --mongo URI --collection NAME.';

type Counts = Record<'imported' | 'updated' | 'kept' | 'refused', number>;

function summary({ imported, updated, kept, refused }: Counts): string {
  return `imported ${imported}, updated ${updated}, there already ${kept}, refused ${refused}`;
}

/** The id of a refused user, quoted so that a terminal does not interpret it. */
function idOf(id: unknown): string {
  return typeof id === 'string' ? `, id ${JSON.stringify(id.slice(0, 64))}` : '';
}

async function* fileRows(file: string): AsyncGenerator<{ place: string; row: Row }> {
  for await (const { line, row } of readNdjson(file)) yield { place: `line ${line}`, row };
}

async function* documents(
  uri: string,
  collection: string,
  fields: readonly string[],
): AsyncGenerator<{ place: string; row: Row }> {
  // Loaded on demand, as the driver is heavy.
  const { readCollection } = await import('../store/mongo/read-collection.ts');
  let count = 0;
  for await (const document of readCollection(uri, collection, fields)) {
    count += 1;
    yield { place: `document ${count}`, row: { fields: document } };
  }
}

function scryptParameters(text: string): ScryptParameters {
  const [, n, r, p] = /^(\d{1,9}),(\d{1,5}),(\d{1,5})$/.exec(text) ?? [];
  const [cost, blockSize, parallelization] = [Number(n), Number(r), Number(p)];
  const isPower = Number.isInteger(Math.log2(cost)) && cost > 1;
  if (!isPower || !(blockSize > 0) || !(parallelization > 0)) {
    throw new UsageError('--scrypt takes N,R,P, such as 16384,8,1; N is a power of two.');
  }
  return { cost, blockSize, parallelization };
}
