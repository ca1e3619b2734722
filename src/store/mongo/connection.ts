import { type Connection, createConnection, Error as MongooseErrors, mongo } from 'mongoose';
import type { StoreLog } from '../store.ts';
import { describe, PATIENCE_MS } from './attempt.ts';
import { readUriOptions } from './uri-options.ts';

const POOL_SIZE = 10;
/** Used when the connection string names no database. */
const DEFAULT_DATABASE = 'peerql';

/**
 * Connects to MongoDB with a connection of its own, apart from Mongoose's global one. What the connection string says
 * counts, but reads are from the primary and writes are acknowledged by a majority, whatever it says. Rejects with an Error of one sentence, free of credentials, when no server answers within 10 seconds.
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
    serverSelectionTimeoutMS: PATIENCE_MS,
    connectTimeoutMS: PATIENCE_MS,
    // Without these two, a server that is frozen rather than gone would be waited for without end.
    socketTimeoutMS: PATIENCE_MS,
    waitQueueTimeoutMS: PATIENCE_MS,
    wtimeoutMS: PATIENCE_MS,
    retryReads: true,
    retryWrites: true,
  });
  if (overridden.length > 0) {
    log.warn(
      { overridden },
      'MONGO_URI asks for what this server does not do: it reads from the primary, and its writes are acknowledged by a majority',
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

/** Where the connection leads, without credentials. */
export function describeConnection(connection: Connection): string {
  const { hosts, srvHost } = connection.getClient().options;
  return `MongoDB at ${srvHost ?? hosts.join(',')}, database ${connection.name}`;
}

function namesDatabase(uri: string): boolean {
  return /^[^:]+:\/\/[^/]+\/[^?]/.test(uri);
}

/**
 * Why MongoDB could not be opened, in one sentence. The driver repeats the whole connection string, password and all, in
 * some of what it says of a malformed one: only what it says of servers is passed on.
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
