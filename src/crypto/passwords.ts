import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import {
  costProblem,
  type HashLimits,
  type PasswordHash,
  parsePasswordHash,
} from '../domain/accounts/password-hash.ts';
import type { PasswordHasher } from '../domain/accounts/ports.ts';
import type { Logger } from '../domain/logger.ts';
import { HashingProcess } from './hashing-process.ts';
import { HashingTurns, type Lane } from './hashing-turns.ts';

/** Argon2id with the parameters of OWASP's password storage guide: 19 MiB, two passes, one lane (RFC 9106). */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const ARGON2_VERSION = 0x13;
/** The bytes of a password that bcrypt reads. */
const BCRYPT_BYTES = 72;
const PHC = /^\$argon2id\$v=(\d+)\$m=(\d+),t=(\d+),p=\d+\$/;

export interface PasswordHasherOptions {
  /** How many hashes are computed at once. Default: the number of cores minus one, but at least 1. */
  readonly concurrency?: number;
  /** How many may wait for their turn, and how many with imported hashes. Default: 64. */
  readonly queueLimit?: number;
  /** How much an imported hash may cost. */
  readonly hashLimits: HashLimits;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Hashes passwords with Argon2id, in a process of lower priority. The number of hashes at once and the number of
 * waiting ones are limited. It verifies imported hashes of bcrypt, Argon2 and scrypt as they are. Rejects with
 * `UnavailableError` if that process cannot run.
 */
export class Argon2PasswordHasher implements PasswordHasher {
  readonly #turns: HashingTurns;
  readonly #hashLimits: HashLimits;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #process: HashingProcess;
  /** No password matches this hash, since salt and hash are random. Checking it costs as much as a real one. */
  readonly #dummy = dummy();

  constructor(options: PasswordHasherOptions) {
    const concurrency = options.concurrency ?? Math.max(1, availableParallelism() - 1);
    this.#turns = new HashingTurns(concurrency, options.queueLimit ?? 64);
    this.#hashLimits = options.hashLimits;
    this.#log = options.log;
    this.#process = new HashingProcess(concurrency, options.log);
  }

  /** How many hashes are being computed, and how many wait. */
  get load(): { readonly running: number; readonly waiting: number } {
    return this.#turns.load;
  }

  async hash(password: string): Promise<string> {
    this.checkQueue();
    return this.#turns.run('own', () => this.#process.hash(password, PARAMETERS));
  }

  /**
   * As the port says. A text that is not a hash, or a hash that costs too much, is checked like null. Rejects as `hash`
   * does if too many wait.
   */
  async verify(hash: string | null, password: string): Promise<boolean> {
    const known = this.#known(hash);
    this.#turns.check(laneOf(known));
    return this.#verify(known, password);
  }

  verifyFurther(hash: string | null, password: string): Promise<boolean> {
    return this.#verify(this.#known(hash), password);
  }

  checkQueue(): void {
    this.#turns.check('own');
  }

  /** Ends the process that hashes. Work that is under way or waits is rejected with `UnavailableError`. */
  close(): void {
    this.#process.close();
  }

  needsRehash(hash: string): boolean {
    const [, version, memoryCost, timeCost] = PHC.exec(hash) ?? [];
    return (
      version === undefined ||
      Number(version) < ARGON2_VERSION ||
      Number(memoryCost) < PARAMETERS.memoryCost ||
      Number(timeCost) < PARAMETERS.timeCost
    );
  }

  readsAllOf(hash: string, password: string): boolean {
    const isBcrypt = parsePasswordHash(hash)?.kind === 'bcrypt';
    return !isBcrypt || Buffer.byteLength(password) < BCRYPT_BYTES;
  }

  #verify(known: PasswordHash, password: string): Promise<boolean> {
    return this.#turns.run(laneOf(known), () => this.#process.verify(known, password));
  }

  #known(hash: string | null): PasswordHash {
    return hash === null ? this.#dummy : (this.#readable(hash) ?? this.#dummy);
  }

  /**
   * The hash, if it can be verified at an acceptable cost. The import refuses other hashes, but they may have been
   * stored in another way.
   */
  #readable(hash: string): PasswordHash | null {
    const known = parsePasswordHash(hash);
    const reason = known && costProblem(known, this.#hashLimits);
    if (reason === null) return known;
    this.#log.warn({ reason }, 'A password hash costs too much: its owner cannot sign in with it');
    return null;
  }
}

function laneOf(hash: PasswordHash): Lane {
  const own = PARAMETERS.memoryCost * PARAMETERS.timeCost;
  const isDear = hash.kind !== 'argon2' || hash.memoryCost * hash.timeCost > own;
  return isDear ? 'imported' : 'own';
}

/** A hash that no password matches, in the PHC string format: https://github.com/P-H-C/phc-string-format */
function dummy(): PasswordHash {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const [salt, hash] = [base64(randomBytes(16)), base64(randomBytes(32))];
  const parameters = `v=${ARGON2_VERSION}$m=${memoryCost},t=${timeCost},p=${parallelism}`;
  return { kind: 'argon2', text: `$argon2id$${parameters}$${salt}$${hash}`, ...PARAMETERS };
}
