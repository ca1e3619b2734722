/** The parameters of scrypt (RFC 7914 §2). */
export interface ScryptParameters {
  /** N, a power of two. */
  readonly cost: number;
  /** r */
  readonly blockSize: number;
  /** p */
  readonly parallelization: number;
}

/** A password hash of a kind that can be verified. */
export type PasswordHash =
  | { readonly kind: 'bcrypt'; readonly text: string; readonly cost: number }
  | {
      readonly kind: 'argon2';
      readonly text: string;
      /** In KiB. */
      readonly memoryCost: number;
      readonly timeCost: number;
      readonly parallelism: number;
    }
  | ({
      readonly kind: 'scrypt';
      readonly text: string;
      /** Both in base64. */
      readonly salt: string;
      readonly key: string;
    } & ScryptParameters);

/** The most that verifying one imported hash may cost. The fields have the names of the limits in the configuration. */
export interface HashLimits {
  readonly importedBcryptCost: number;
  readonly importedHashMib: number;
  readonly importedHashPasses: number;
}

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const ARGON2 =
  /^\$argon2(?:id|i|d)(?:\$v=(?:16|19))?\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,8})\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{16,172}$/;
const SCRYPT =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]{4,128})\$([A-Za-z0-9+/]{16,172})$/;

/**
 * Reads a hash as it is stored: bcrypt in the modular crypt format, Argon2 and scrypt as PHC strings
 * (https://github.com/P-H-C/phc-string-format). Null for any other text.
 */
export function parsePasswordHash(text: string): PasswordHash | null {
  const bcrypt = BCRYPT.exec(text);
  if (bcrypt) return { kind: 'bcrypt', text, cost: Number(bcrypt[1]) };
  const argon2 = ARGON2.exec(text);
  if (argon2) {
    const [memoryCost = 0, timeCost = 0, parallelism = 0] = argon2.slice(1).map(Number);
    return { kind: 'argon2', text, memoryCost, timeCost, parallelism };
  }
  const [scrypt, ln, r, p, salt = '', key = ''] = SCRYPT.exec(text) ?? [];
  if (scrypt === undefined) return null;
  const parameters = {
    cost: 2 ** Number(ln),
    blockSize: Number(r),
    parallelization: Number(p),
  };
  return { kind: 'scrypt', text, ...parameters, salt, key };
}

/**
 * Says why a hash may not be verified: its parameters are not valid, or the work would delay every other sign-in. Null
 * if nothing is wrong.
 */
export function costProblem(hash: PasswordHash, limits: HashLimits): string | null {
  if (hash.kind === 'bcrypt') {
    if (hash.cost < 4 || hash.cost > 31) return 'its bcrypt cost is not from 4 to 31';
    return over('its bcrypt cost', hash.cost, limits.importedBcryptCost, 'IMPORTED_BCRYPT_COST');
  }
  const { mib, passes } = work(hash);
  if (!(passes >= 1 && mib > 0)) return `its ${hash.kind} parameters are not valid`;
  return (
    over(`its ${hash.kind} memory in MiB`, mib, limits.importedHashMib, 'IMPORTED_HASH_MIB') ??
    over(
      `its number of ${hash.kind} passes`,
      passes,
      limits.importedHashPasses,
      'IMPORTED_HASH_PASSES',
    )
  );
}

/** The memory that verifying takes, and the number of passes over it. */
function work(hash: Exclude<PasswordHash, { kind: 'bcrypt' }>): { mib: number; passes: number } {
  if (hash.kind === 'argon2') {
    const { memoryCost, timeCost, parallelism } = hash;
    // RFC 9106 §3.1: at least eight blocks for each lane. Lanes are threads, and a server has no more than 16 to spare.
    const valid = parallelism >= 1 && parallelism <= 16 && memoryCost >= 8 * parallelism;
    return { mib: valid ? memoryCost / 1024 : 0, passes: timeCost };
  }
  const { cost, blockSize, parallelization } = hash;
  return { mib: cost < 2 ? 0 : (128 * cost * blockSize) / 2 ** 20, passes: parallelization };
}

function over(what: string, value: number, limit: number, variable: string): string | null {
  if (value <= limit) return null;
  return `${what}, ${Number(value.toPrecision(6))}, is more than ${variable} allows (${limit})`;
}

/**
 * Turns a hash of another system into the form in which it is stored here. Besides what {@link parsePasswordHash}
 * reads, it takes the two usual forms for Node's own `scrypt`, in hexadecimal: `salt:key` and `key.salt`. There the
 * hexadecimal text itself was used as the salt, not the bytes it stands for.
 *
 * @param scrypt the parameters of these two forms, which do not contain them
 * @returns null for anything else
 */
export function importedHash(text: string, scrypt: ScryptParameters): PasswordHash | null {
  const known = parsePasswordHash(text);
  if (known !== null) return known;
  const [, saltFirst, keyAfter] = /^([0-9a-f]{8,128}):([0-9a-f]{32,256})$/i.exec(text) ?? [];
  const [, keyFirst, saltAfter] = /^([0-9a-f]{32,256})\.([0-9a-f]{8,128})$/i.exec(text) ?? [];
  const salt = saltFirst ?? saltAfter;
  const key = keyAfter ?? keyFirst;
  if (salt === undefined || key === undefined || key.length % 2 !== 0) return null;
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const { cost, blockSize, parallelization } = scrypt;
  return parsePasswordHash(
    `$scrypt$ln=${Math.log2(cost)},r=${blockSize},p=${parallelization}$${base64(Buffer.from(salt))}$${base64(Buffer.from(key, 'hex'))}`,
  );
}
