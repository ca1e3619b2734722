import { join } from 'node:path';
import Database from 'libsql';

/** The endpoints of all push subscriptions that a server with the embedded store has. */
export function storedEndpoints({ dataDir }: { readonly dataDir: string }): string[] {
  const db = new Database(join(dataDir, 'peerql.sqlite'));
  try {
    const rows = db.prepare('SELECT endpoint FROM push_subscriptions').all();
    return (rows as { endpoint: string }[]).map(({ endpoint }) => endpoint);
  } finally {
    db.close();
  }
}
