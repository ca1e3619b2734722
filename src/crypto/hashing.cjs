// Hashes passwords for the server, in a separate process, because Node.js can lower the priority only of a whole
// process. It is CommonJS, because a thread inherits the priority of the thread that made it, and loading an ES module
// would make the hashing threads before the priority is lowered.
const { constants, setPriority } = require('node:os');

// On Linux it gets a tenth of a core that other processes want, and all of an idle core. So sign-ins slow down, but do
// not stop. A container or service may forbid it: then sign-ins cost the others more.
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {}

const { scrypt, timingSafeEqual } = require('node:crypto');
const argon2 = require('@node-rs/argon2');

/** As the package numbers them. */
const ARGON2ID = 2;

/**
 * @typedef {{ memoryCost: number, timeCost: number, parallelism: number }} Parameters
 * @typedef {import('../domain/accounts/password-hash.ts', { with: { 'resolution-mode': 'import' } }).PasswordHash} PasswordHash
 * @typedef {{ id: number, password: string } & ({ parameters: Parameters } | { hash: PasswordHash })} Job
 */

/**
 * Whether the hash is the hash of the password.
 *
 * @param {PasswordHash} hash
 * @param {string} password
 * @returns {Promise<boolean>}
 */
async function verify(hash, password) {
  switch (hash.kind) {
    case 'argon2':
      return argon2.verify(hash.text, password);
    case 'bcrypt':
      // It is loaded only if there are such hashes. It lets other work run every 100 ms.
      return require('bcryptjs').compare(password, hash.text);
    case 'scrypt':
      return verifyScrypt(hash, password);
  }
}

/**
 * @param {Extract<PasswordHash, { kind: 'scrypt' }>} hash
 * @param {string} password
 * @returns {Promise<boolean>}
 */
function verifyScrypt({ salt, key, cost, blockSize, parallelization }, password) {
  const expected = Buffer.from(key, 'base64');
  const parameters = { cost, blockSize, parallelization };
  // The memory that it takes. Node.js refuses more than 32 MiB unless `maxmem` allows it.
  const maxmem = 128 * blockSize * (cost + parallelization + 2);
  return new Promise((resolve, reject) => {
    scrypt(
      password,
      Buffer.from(salt, 'base64'),
      expected.length,
      { ...parameters, maxmem },
      (error, made) => {
        if (error) reject(error);
        else resolve(timingSafeEqual(made, expected));
      },
    );
  });
}

process.on('message', async (/** @type {Job} */ job) => {
  try {
    const result =
      'hash' in job
        ? await verify(job.hash, job.password)
        : await argon2.hash(job.password, { algorithm: ARGON2ID, ...job.parameters });
    process.send?.({ id: job.id, result });
  } catch (error) {
    process.send?.({ id: job.id, error: String(error) });
  }
});

// Only the server ends this process. Ctrl+C, a terminal that is closed, or a signal to all processes at once, must not end
// it, so that sign-ins under way are still answered. When the server is gone, the channel disconnects.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
process.on('disconnect', () => process.exit());
