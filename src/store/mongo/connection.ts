import { type Connection, createConnection, Error as MongooseErrors, mongo } from 'mongoose';
import type { StoreLog } from '../store.ts';
import { describe, TIMEOUT_MS } from './attempt.ts';
import { readUriOptions } from './uri-options.ts';

const POOL_SIZE = 10;
/** Used when the connection string names no database. */
const DEFAULT_DATABASE = 'peerql';

/**
 * Connects to MongoDB with its own connection, not Mongoose's global one. The connection string decides everything,
 * except that reads are always from the primary and writes are always acknowledged by a majority. Rejects with an Error
 * of one sentence, free of credentials, if no server answers within 10 seconds.
 */
export async function connect(uri: string, log: StoreLog): Promise<Connection> {
  const connection = createConnection();
  connection.on('connected', () => log.info({}, 'MongoDB connected'));
  connection.on('disconnected', () => log.warn({}, 'MongoDB disconnected'));
  connection.on('error', (error) => log.warn(describe(error), 'MongoDB connection error'));
  const {
    uri: heeded,
    options,
    overridden,
  } = readUriOptions(uri, {
    appName: 'peerql',
    maxPoolSize: POOL_SIZE,
    serverSelectionTimeoutMS: TIMEOUT_MS,
    connectTimeoutMS: TIMEOUT_MS,
    // Without these two, a frozen server would be waited for without end.
    socketTimeoutMS: TIMEOUT_MS,
    waitQueueTimeoutMS: TIMEOUT_MS,
    wtimeoutMS: TIMEOUT_MS,
    retryReads: true,
    retryWrites: true,
  });
  if (overridden.length > 0) {
    log.warn(
      { overridden },
      'Some options of MONGO_URI are ignored: this server always reads from the primary, and its writes are acknowledged by a majority',
    );
  }
  try {
    return await connection.openUri(heeded, {
      ...options,
      ...(namesDatabase(heeded) ? {} : { dbName: DEFAULT_DATABASE }),
      readPreference: 'primary',
      w: 'majority',
      bufferCommands: false,
      autoIndex: false,
      autoCreate: false,
    });
  } catch (error) {
    await connection.destroy().catch(() => {});
    throw openingError(error);
  }
}

/** The hosts and the database of the connection, without credentials. */
export function describeConnection(connection: Connection): string {
  const { hosts, srvHost } = connection.getClient().options;
  return `MongoDB at ${srvHost ?? hosts.join(',')}, database ${connection.name}`;
}

function namesDatabase(uri: string): boolean {
  return /^[^:]+:\/\/[^/]+\/[^?]/.test(uri);
}

/**
 * Says in one sentence why MongoDB could not be opened. Some messages of the driver about a malformed connection string
 * contain all of it, with the password. So only its messages about servers are passed on.
 */
export function openingError(error: unknown): Error {
  const ofServers =
    error instanceof MongooseErrors.MongooseServerSelectionError ||
    error instanceof mongo.MongoServerError ||
    error instanceof mongo.MongoNetworkError ||
    (error instanceof Error && 'syscall' in error);
  return ofServers
    ? new Error(`Cannot open MongoDB: ${error.message.replace(/\.$/, '')}.`, { cause: error })
    : new Error('Cannot open MongoDB: the connection string is not valid.');
}
