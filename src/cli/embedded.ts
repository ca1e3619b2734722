import type { Config } from '../config/config.ts';

/** @throws Error if the store is MongoDB, which has its own program for this */
export function refuseMongo({ mongoUri }: Config, program: string): void {
  if (mongoUri === null) return;
  throw new Error(`MONGO_URI is set, but this command is for the embedded store. Use ${program}.`);
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
