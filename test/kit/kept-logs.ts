import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pino } from 'pino';
import { isCommonPassword } from '../../src/domain/accounts/common-passwords.ts';
import type { Logger } from '../../src/domain/logger.ts';
import { findSecrets } from './secrets.ts';

/** The folder for the logs of all servers of a test run, for `npm run test:logs`; null to keep none. */
const FOLDER = process.env.TEST_LOGS || null;
/** Shorter texts also occur in unrelated lines. */
const SECRET_MIN_LENGTH = 8;

/** How a server was started, which decides how its log is collected. */
export const SERVER_KINDS = ['in-process', 'built', 'faulted', 'attacked'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

const registered = new Set<string>();
let servers = 0;

/** No log may contain any of these. */
export function registerSecrets(...secrets: readonly string[]): void {
  const found = secrets.filter(
    (secret) =>
      secret.length >= SECRET_MIN_LENGTH && !isCommonPassword(secret) && !registered.has(secret),
  );
  if (FOLDER === null || found.length === 0) return;
  for (const secret of found) registered.add(secret);
  const lines = found.map((secret) => `${JSON.stringify(secret)}\n`);
  mkdirSync(FOLDER, { recursive: true });
  appendFileSync(join(FOLDER, `${process.pid}.secrets`), lines.join(''));
}

const SECRET_FIELD = /password|token|credential|secret|sdp/i;

/** Registers every value of a request or answer whose name is that of a secret, at any depth. */
export function registerSecretsOf(value: unknown): void {
  if (FOLDER === null || typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && SECRET_FIELD.test(name)) registerSecrets(inner);
    else registerSecretsOf(inner);
  }
}

/** Registers the secrets in a server's configuration. */
export function registerSecretsOfEnv(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (/SECRET|PASSWORD|TOKEN/.test(name)) registerSecrets(...value.split(','));
    else if (URL.canParse(value)) registerSecrets(decodeURIComponent(new URL(value).password));
  }
}

/** The environment variables that make a server log everything. */
export function talkative(): { LOG_LEVEL?: string } {
  return FOLDER === null ? {} : { LOG_LEVEL: 'trace' };
}

/** Keeps the output of a server. */
export function keepOutput(kind: ServerKind, ...streams: readonly (Readable | null)[]): void {
  const file = nextFile(kind);
  if (file === null) return;
  for (const stream of streams) stream?.on('data', (chunk: Buffer) => appendFileSync(file, chunk));
}

/** A log that is kept and passed on to `other`, if there is one. */
export function keptLog(other: Logger | undefined): Logger | undefined {
  const file = nextFile('in-process');
  if (file === null) return other;
  const kept = pino({ level: 'trace', base: null }, pino.destination({ dest: file, sync: true }));
  if (other === undefined) return kept;
  const both =
    (level: Exclude<keyof Logger, 'isLevelEnabled'>) => (fields: object, message: string) => {
      kept[level](fields, message);
      other[level](fields, message);
    };
  return {
    debug: both('debug'),
    info: both('info'),
    warn: both('warn'),
    error: both('error'),
    isLevelEnabled: () => true,
  };
}

function nextFile(kind: ServerKind): string | null {
  if (FOLDER === null) return null;
  servers += 1;
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${kind}-${process.pid}-${servers}.log`);
  appendFileSync(file, '');
  return file;
}

/** The result of searching a folder of kept logs. */
export interface Scan {
  readonly logs: Readonly<Record<ServerKind, number>>;
  readonly lines: number;
  /** The number of registered secrets. */
  readonly secrets: number;
  /** Lines that contain a secret, each after the name of its file. */
  readonly found: readonly string[];
}

/** Searches all logs of a folder for the registered secrets, and for anything that looks like a secret. */
export function scanLogs(folder: string): Scan {
  const files = readdirSync(folder);
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const secrets = new Set<string>();
  for (const file of files.filter((name) => name.endsWith('.secrets'))) {
    for (const line of read(file).split('\n')) if (line !== '') secrets.add(JSON.parse(line));
  }
  const logs: Record<ServerKind, number> = { 'in-process': 0, built: 0, faulted: 0, attacked: 0 };
  let lines = 0;
  const found: string[] = [];
  for (const file of files.filter((name) => name.endsWith('.log'))) {
    const kind = SERVER_KINDS.find((name) => file.startsWith(name));
    if (kind !== undefined) logs[kind] += 1;
    const text = read(file);
    lines += text.split('\n').filter((line) => line !== '').length;
    found.push(...findSecrets(text, secrets).map((line) => `${file}: ${line}`));
  }
  return { logs, lines, secrets: secrets.size, found };
}
