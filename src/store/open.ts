import type { Store, StoreContext } from './store.ts';

export interface StoreLocation {
  /** A MongoDB connection string. Without it the embedded store in `dataDir` is used. */
  readonly mongoUri?: string;
  /** The folder of the embedded store; made when it is missing. */
  readonly dataDir: string;
  /** Whether a server opens it, which shares it with no other that does not know of it. */
  readonly forServer?: 'alone' | 'in a cluster';
}

/**
 * Opens the store that the location names, with its schema and indexes in place.
 * Rejects with one clear sentence, free of credentials, when that cannot be done.
 */
export async function openStore(location: StoreLocation, context: StoreContext): Promise<Store> {
  // Loaded on demand: a server runs one of the two, and each brings a heavy driver.
  if (location.mongoUri !== undefined) {
    const { openMongoStore } = await import('./mongo/store.ts');
    return openMongoStore(location.mongoUri, context, {
      alone: location.forServer === 'alone',
    });
  }
  const { openSqliteStore } = await import('./sqlite/store.ts');
  if (location.forServer === undefined) return openSqliteStore(location.dataDir, context);
  const { takeDataFolder } = await import('./sqlite/lease.ts');
  const lease = takeDataFolder(location.dataDir);
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
