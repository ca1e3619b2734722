// Owns the embedded database of a server in a separate thread, so that a write to the disk, or one that waits for
// another process, does not delay the server. It is JavaScript, so that bundlers find it and a thread can load it
// without compiling.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';

/** How long a write that another process blocks waits before it is tried again, in milliseconds. */
const RETRY_MS = 10;

/**
 * @typedef {string | number | null} Value
 * @typedef {{ id: number, how: 'first' | 'all' | 'run', sql: string, values: Value[] }} Query
 * @typedef {{ id: number, how: 'probe' | 'purge' | 'close' }} Task
 * @typedef {{ query: Query, deadline: number }} Write
 */

/** @type {{ path: string, busyMs: number }} */
const { path, busyMs } = workerData;
// Another connection of this process may still be closing the file, and locks it for a moment.
const db = new Database(path, { timeout: busyMs });
// `secure_delete` overwrites deleted data. From here on SQLite does not wait for locks; this file does, so that reads
// continue meanwhile.
db.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 0');

const prepare = (/** @type {string} */ sql) => db.prepare(sql);
/** @type {Map<string, ReturnType<typeof prepare>>} */
const statements = new Map();
/** @type {Write[]} In the order in which they came; the first may be waiting for another process. */
const writes = [];
/** @type {NodeJS.Timeout | null} */
let retry = null;
/** @type {Task | null} */
let closing = null;

/** @param {Query} query */
function perform({ how, sql, values }) {
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = prepare(sql);
    statements.set(sql, statement);
  }
  if (how === 'run') return statement.run(values).changes;
  return how === 'all' ? statement.all(values) : (statement.get(values) ?? null);
}

/** @param {number} id @param {() => unknown} work */
function answer(id, work) {
  try {
    parentPort?.postMessage({ id, result: work() });
  } catch (error) {
    fail(id, error);
  }
}

/** @param {number} id @param {unknown} error */
function fail(id, error) {
  if (error instanceof Database.SqliteError) {
    parentPort?.postMessage({ id, error: { code: error.code, message: error.message } });
  } else {
    parentPort?.postMessage({ id, error: { code: null, message: String(error) } });
  }
}

/** @param {unknown} error */
function isBusy(error) {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

function writeAll() {
  retry = null;
  for (let write = writes[0]; write !== undefined; write = writes[0]) {
    const { query, deadline } = write;
    try {
      const result = perform(query);
      parentPort?.postMessage({ id: query.id, result });
    } catch (error) {
      if (isBusy(error) && Date.now() < deadline) {
        retry = setTimeout(writeAll, RETRY_MS);
        return;
      }
      fail(query.id, error);
    }
    writes.shift();
  }
  if (closing !== null) close(closing);
}

// Does not wait for other processes or for the disk. It writes one page, because only a write notices a full disk, but
// it does not flush it.
function probe() {
  db.exec('PRAGMA synchronous = NORMAL');
  try {
    // Nothing reads this number; writing it changes the first page.
    db.exec('PRAGMA application_id = 0');
  } finally {
    db.exec('PRAGMA synchronous = FULL');
  }
}

// The journal holds earlier versions of pages until it is written to the database and emptied.
function purge() {
  db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
}

/** @param {Task} task */
function close(task) {
  answer(task.id, () => {
    try {
      // Prepared statements keep the file open until they are collected, so SQLite's own checkpoint may come late.
      purge();
    } finally {
      db.close();
    }
  });
  parentPort?.close();
}

parentPort?.on('message', (/** @type {Query | Task} */ message) => {
  switch (message.how) {
    case 'probe':
      answer(message.id, probe);
      break;
    case 'purge':
      answer(message.id, purge);
      break;
    case 'close':
      closing = message;
      if (writes.length === 0) close(message);
      break;
    default:
      if (/^\s*SELECT/i.test(message.sql)) answer(message.id, () => perform(message));
      else {
        writes.push({ query: message, deadline: Date.now() + busyMs });
        if (retry === null) writeAll();
      }
  }
});
