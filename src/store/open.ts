import type { Store, StoreContext } from './store.ts';

export interface StoreLocation {
  /** A MongoDB connection string. Null or missing: the embedded store in `dataDir` is used. */
  readonly mongoUri?: string | null;
  /** The folder of the embedded store; it is created if it is missing. */
  readonly dataDir: string;
  /** Set if a server opens it. A server that runs alone must not share the store with another one. */
  readonly forServer?: 'alone' | 'in a cluster';
}

/**
 * Opens the store that the location names, with its schema and indexes in place. Rejects with an Error of one sentence,
 * free of credentials, if that fails.
 */
export async function openStore(location: StoreLocation, context: StoreContext): Promise<Store> {
  // Loaded on demand: a server uses only one of the two, and each has a heavy driver.
  if (typeof location.mongoUri === 'string') {
    const { openMongoStore } = await import('./mongo/store.ts');
    return openMongoStore(location.mongoUri, context, {
      alone: location.forServer === 'alone',
    });
  }
  const { openSqliteStore } = await import('./sqlite/store.ts');
  if (location.forServer === undefined) return openSqliteStore(location.dataDir, context);
  const { takeDataFolder } = await import('./sqlite/lease.ts');
  const lease = await takeDataFolder(location.dataDir);
  try {
    const store = await openSqliteStore(location.dataDir, context);
    return {
      ...store,
      async close() {
        await store.close();
        lease.release();
      },
    };
  } catch (error) {
    lease.release();
    throw error;
  }
}
