import { createRequire } from 'node:module';
import { messageOf } from '../domain/errors.ts';
import { type Command, UsageError } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Loaded on demand, so that no command pays for what another one imports. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  check: async () => (await import('./check.ts')).check,
  migrate: async () => (await import('./migrate.ts')).migrate,
  user: async () => (await import('./user.ts')).user,
  import: async () => (await import('./import.ts')).importUsers,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
};

/**
 * Runs a command line, given without the program's name; an empty one starts the server. Resolves to the exit code:
 * 0 done, 1 not done, 2 not understood. Every failure is reported in one sentence.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first = 'start', ...rest] = args;
  if (first === '--help' || first === '-h' || first === 'help') return help(rest, terminal);
  if (first === '--version' || first === '-v') {
    terminal.print(version());
    return 0;
  }
  const load = find(first);
  if (load === undefined) {
    const what = first.startsWith('-') ? 'option' : 'command';
    terminal.note(`peerql has no ${what} ${first}. See peerql --help.`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) return help([first], terminal);
  try {
    const command = await load();
    return await command.run(rest, terminal);
  } catch (error) {
    terminal.endProgress();
    const sentence = messageOf(error);
    if (isUsageError(error)) {
      terminal.note(`${sentence}${/[.!?]$/.test(sentence) ? '' : '.'} See peerql ${first} --help.`);
      return 2;
    }
    const what = first === 'start' ? 'PeerQL cannot start.' : `peerql ${first}:`;
    terminal.note(`${what} ${sentence}`);
    return 1;
  }
}

function find(name: string): (() => Promise<Command>) | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

/** Whether it is one of our usage errors, or one of Node's `parseArgs`. */
function isUsageError(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}

async function help([name]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    terminal.print('PeerQL: accounts and WebRTC signaling as one typed GraphQL API.\n');
    for (const [each, load] of Object.entries(commands)) {
      const { parameters, summary } = await load();
      terminal.print(`  ${`peerql ${each} ${parameters}`.padEnd(34)}${summary}`);
    }
    terminal.print('\n  peerql COMMAND --help             more about it');
    terminal.print('  peerql --version                  the version\n');
    terminal.print('Without a command the server starts. Everything is configured by environment');
    terminal.print('variables; each has a default. docs/configuration.md lists them.');
    return 0;
  }
  const load = find(name);
  if (load === undefined) {
    terminal.note(`peerql has no command ${name}. See peerql --help.`);
    return 2;
  }
  const command = await load();
  terminal.print(`Usage: peerql ${`${name} ${command.parameters}`.trim()}\n`);
  terminal.print(command.help.trim());
  return 0;
}

/** The version of the package, which is not installed where a bundled server runs. */
function version(): string {
  try {
    const manifest: unknown = createRequire(import.meta.url)('peerql/package.json');
    return (manifest as { version: string }).version;
  } catch {
    return 'PeerQL is bundled here; its version is in the package.json that it was bundled from.';
  }
}
