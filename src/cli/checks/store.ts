import type { Config } from '../../config/config.ts';
import type { Clock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';
import { inspectMongo } from '../../store/mongo/inspect.ts';
import { inspectSqlite } from '../../store/sqlite/inspect.ts';
import type { StoreLog } from '../../store/store.ts';
import { comparedWith } from './clock.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/**
 * With less free space than this, in bytes, the disk counts as full: the journal alone may take 4 MB before it is
 * written back.
 */
const ROOM_TO_WORK = 16 * 2 ** 20;

const QUIET: StoreLog = { info: () => {}, warn: () => {} };

/** Whether accounts and rooms can be read and written. It changes nothing: no migration, no index. */
export function checkStore({ dataDir, mongoUri }: Config, clock: Clock): Check {
  return {
    name: 'store',
    look: async () => (mongoUri === null ? embedded(dataDir, clock) : mongo(mongoUri)),
  };
}

function embedded(dataDir: string, clock: Clock): Finding[] {
  try {
    const { path, schema, ownSchema, lastUsedAt, freeBytes } = inspectSqlite(dataDir);
    const findings =
      schema === null
        ? [ok(`${path} does not exist yet: the first start makes it`)]
        : [ofSchema(path, schema, ownSchema)];
    if (freeBytes < ROOM_TO_WORK) {
      const left = `${(freeBytes / 2 ** 20).toFixed(1)} MB`;
      findings.push(
        problem(
          `the disk of ${dataDir} is full or nearly full: ${left} are left`,
          'Free some space, or set DATA_DIR to a folder on another disk and move the files there',
        ),
      );
    }
    if (lastUsedAt !== null && lastUsedAt > clock.now() + 60_000) {
      findings.push(
        problem(
          `the last use is dated ${new Date(lastUsedAt).toISOString()}, which is in the future`,
          'The clock of this machine was set back or is wrong: set it (timedatectl set-ntp true)',
        ),
      );
    }
    return findings;
  } catch (error) {
    const reason = messageOf(error);
    const mend =
      'Set DATA_DIR to a folder with free space where this user may write; peerql restore replaces a damaged file';
    return [problem(`the embedded database in ${dataDir} cannot be used: ${reason}`, mend)];
  }
}

function ofSchema(path: string, schema: number, ownSchema: number): Finding {
  if (schema > ownSchema) {
    return problem(
      `${path} was written by a newer version (schema ${schema}, this one knows ${ownSchema})`,
      'Run that version again, or restore an older backup',
    );
  }
  if (schema < ownSchema) {
    return warning(
      `${path} is not damaged, but of an older version (schema ${schema} of ${ownSchema})`,
      'Back it up; then peerql migrate or the next start brings it up to date',
    );
  }
  return ok(`${path} is not damaged and can be written (schema ${schema})`);
}

async function mongo(uri: string): Promise<Finding[]> {
  try {
    const { description, aheadMs, precisionMs } = await inspectMongo(uri, QUIET);
    return [
      ok(`${description} answers and accepts writes`),
      ...comparedWith('the MongoDB', aheadMs, precisionMs),
    ];
  } catch (error) {
    const reason = messageOf(error);
    const mend =
      'Check that MongoDB runs and can be reached from here, and that MONGO_URI has its host, user and password';
    return [problem(reason.replace(/\.$/, ''), mend)];
  }
}
