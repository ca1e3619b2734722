import { mongo } from 'mongoose';
import { TIMEOUT_MS } from './attempt.ts';
import { openingError } from './connection.ts';

/**
 * The documents of a collection of any database, in the order of their ids. Nothing is written. Rejects with an Error
 * of one sentence, free of credentials, if the server does not answer or the collection does not exist.
 *
 * @param fields the names of the fields that are read, which may have dots
 */
export async function* readCollection(
  uri: string,
  name: string,
  fields: readonly string[],
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const client = await open(uri);
  try {
    const db = client.db();
    if (!(await db.listCollections({ name }, { nameOnly: true }).hasNext())) {
      throw new Error(`There is no collection ${name} in the database ${db.databaseName}.`);
    }
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    yield* db.collection(name).find({}, { projection }).sort({ _id: 1 });
  } finally {
    await client.close();
  }
}

async function open(uri: string): Promise<mongo.MongoClient> {
  try {
    const options = { appName: 'peerql', serverSelectionTimeoutMS: TIMEOUT_MS };
    return await new mongo.MongoClient(uri, options).connect();
  } catch (error) {
    throw openingError(error);
  }
}
