// Owns the embedded database of a server in a separate thread, so that a write to the disk, or one that waits for
// another process, does not delay the server. It is JavaScript, because a thread cannot load TypeScript, and its name says
// that it is a module, because beside a bundled server no package.json may do so.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import Database from 'libsql';

/** How long a write that another process blocks waits before it is tried again, in milliseconds. */
const RETRY_MS = 10;
/** About how many requests are taken at once. The disk is waited for once for all writes among them. */
const BATCH = 100;

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
/** @type {object[]} Answers that are not sent yet. */
const answers = [];

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
    answers.push({ id, result: work() });
  } catch (error) {
    fail(id, error);
  }
}

/** @param {number} id @param {unknown} error */
function fail(id, error) {
  answers.push({ id, error: describe(error) });
}

/** Sends the answers so far, as one message. */
function send() {
  if (answers.length > 0) parentPort?.postMessage(answers.splice(0));
}

/** @param {unknown} error */
function describe(error) {
  if (!(error instanceof Database.SqliteError)) return { code: null, message: String(error) };
  return { code: error.code, message: error.message };
}

/** @param {unknown} error */
function isBusy(error) {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

/** @param {Query} query */
function attempt(query) {
  const { id } = query;
  try {
    return { id, result: perform(query) };
  } catch (error) {
    return { id, error: describe(error) };
  }
}

/**
 * Does several writes as one transaction, so that all of them reach the disk at once, and answers them after that. One
 * that fails for a reason of its own, such as a value that is taken, leaves the others as they are. Returns false, with
 * nothing done, if they must be done one by one.
 * @param {Write[]} together
 */
function commit(together) {
  db.exec('BEGIN IMMEDIATE');
  try {
    const done = [];
    for (const { query } of together) {
      done.push(attempt(query));
      // SQLite has undone all of it, because of a full disk for example.
      if (!db.inTransaction) return false;
    }
    db.exec('COMMIT');
    answers.push(...done);
    return true;
  } catch {
    if (db.inTransaction) db.exec('ROLLBACK');
    return false;
  }
}

/** @param {Write} write */
function writeOne({ query }) {
  answers.push({ id: query.id, result: perform(query) });
}

/** How many of the first writes can be done together. */
function writesTogether() {
  const other = writes.findIndex(({ query }) => !/^\s*(INSERT|UPDATE|DELETE)\b/i.test(query.sql));
  return Math.min(other === -1 ? writes.length : other, BATCH);
}

function writeAll() {
  retry = null;
  for (let write = writes[0]; write !== undefined; write = writes[0]) {
    const count = writesTogether();
    try {
      if (count > 1 && commit(writes.slice(0, count))) {
        writes.splice(0, count);
        send();
        continue;
      }
      writeOne(write);
    } catch (error) {
      if (isBusy(error) && performance.now() < write.deadline) {
        retry = setTimeout(writeAll, RETRY_MS);
        break;
      }
      fail(write.query.id, error);
    }
    send();
    writes.shift();
  }
  if (closing !== null && retry === null) close(closing);
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
  send();
  parentPort?.close();
}

/** @param {Query | Task} message */
function take(message) {
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
      answer(message.id, () => perform(message));
  }
}

/** @param {Query | Task} message @returns {message is Query} */
function isWrite(message) {
  return 'sql' in message && !/^\s*SELECT/i.test(message.sql);
}

/** @param {(Query | Task)[]} first @returns {(Query | Task)[]} what has come, about a batch */
function whatHasCome(first) {
  const messages = [...first];
  while (messages.length < BATCH && parentPort) {
    const next = receiveMessageOnPort(parentPort);
    if (next === undefined) break;
    messages.push(...next.message);
  }
  return messages;
}

parentPort?.on('message', (/** @type {(Query | Task)[]} */ first) => {
  const messages = whatHasCome(first);
  const firstWrite = messages.findIndex(isWrite);
  const before = firstWrite === -1 ? messages : messages.slice(0, firstWrite);
  for (const message of before) take(message);
  // Reads do not wait for the disk.
  send();
  if (firstWrite === -1) return;
  // All writes come before the other reads, so a read sees every write that was asked for before it.
  const others = [];
  for (const message of messages.slice(firstWrite)) {
    if (isWrite(message)) writes.push({ query: message, deadline: performance.now() + busyMs });
    else others.push(message);
  }
  if (retry === null) writeAll();
  for (const message of others) take(message);
  send();
});
