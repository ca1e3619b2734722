import { writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from './schema.ts';

/** Writes the schema as SDL to the file that the command line names. */
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Name the file to write the schema to.');
await writeFile(path, `${printSchema(lexicographicSortSchema(schema))}\n`);
