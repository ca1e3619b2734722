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
import { storeLog } from './store-log.ts';

/** Brings users of another system along. */
export const importUsers: Command = {
  parameters: 'users FILE',
  summary: 'take in the users of another system, with their passwords',
  help: `
  peerql import users FILE                              one JSON object a line, as mongoexport writes them
  peerql import users --mongo URI --collection users    the documents of a collection, which is only read

Each user needs an id, a name, an email and a password hash of bcrypt, Argon2 or scrypt. The id stays. The password
goes on working: it is checked against the old hash at the first sign-in, which makes a new one of it.

  --field FIELD=NAME   what id, name, email or passwordHash is called there; NAME may have dots. Otherwise: id or _id;
                       name or username; email; passwordHash or password
  --scrypt N,R,P       what hashes of the form salt:key or key.salt were made with; otherwise Node's 16384,8,1
  --update             give people who are there already the name and the password of the other system. Where the
                       password hash is another one, their sessions end

Without --update nobody who is there already is changed, so it can be run again. A server may run meanwhile. It says of
each user who is refused why, on stderr. Limits of the hashes are IMPORTED_BCRYPT_COST, IMPORTED_HASH_MIB and
IMPORTED_HASH_PASSES; give the server the same.

Exit code: 0 all users are there, 1 some were refused, or it could not be done.`,
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
    const store = await openStore(mongoUri === null ? { dataDir } : { dataDir, mongoUri }, {
      clock: systemClock,
      log: storeLog(terminal),
    });
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

/** How many rows the progress goes on by. */
const TELL_ROWS = 50;

const USAGE = 'import takes users FILE, or users --mongo URI --collection NAME.';

type Counts = Record<'imported' | 'updated' | 'kept' | 'refused', number>;

function summary({ imported, updated, kept, refused }: Counts): string {
  return `imported ${imported}, updated ${updated}, there already ${kept}, refused ${refused}`;
}

/** The id of who is refused, as a text without anything that a terminal would act on. */
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
