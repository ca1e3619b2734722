import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

const packages = [
  'ws',
  'socket.io',
  'peer',
  'graphql',
  'graphql-yoga',
  'graphql-ws',
  'mercurius',
  'fastify',
  '@apollo/server',
  'graphql-subscriptions',
  'argon2',
];

/** The machine and the versions of a run. */
export interface Surroundings {
  date: string;
  node: string;
  system: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
  commit: string;
  /** Versions by package: those of the peers in `bench`, and those of PeerQL. */
  peers: Record<string, string>;
  product: Record<string, string>;
}

export function surroundings(): Surroundings {
  const bench = new URL('../../', import.meta.url);
  const root = new URL('../', bench);
  return {
    date: new Date().toISOString(),
    node: process.version,
    system: `${type()} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    commit: commit(root),
    peers: versions(bench, packages),
    product: {
      peerql: version(new URL('package.json', root)),
      ...versions(root, [
        'graphql',
        'graphql-ws',
        'graphql-jit',
        'ws',
        'graphql-yoga',
        '@node-rs/argon2',
      ]),
    },
  };
}

function versions(folder: URL, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, version(new URL(`node_modules/${name}/package.json`, folder))]),
  );
}

function version(file: URL): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function commit(folder: URL): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'src') === '' ? '' : ' with changes';
    return `${git('rev-parse', '--short', 'HEAD')}${changed}`;
  } catch {
    return 'unknown';
  }
}
