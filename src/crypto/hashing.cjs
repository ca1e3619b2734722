// Hashes passwords for the server, in a process of its own: the priority of a process is the finest that Node can
// lower. It is CommonJS because a thread has the priority of the thread that made it, and loading an ES module makes
// the threads that hash.
const { constants, setPriority } = require('node:os');

// On Linux a tenth of a core that others want, and all of one that nobody does: sign-ins slow down, and do not stop.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

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
 * Whether the password made the hash.
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
      // Loaded for who has such hashes alone. It lets other work in between, every 100 ms.
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
  // What it takes in all; Node refuses more than 32 MiB unless it is told.
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

// The server decides when this ends, not who presses Ctrl+C or stops all processes at once: sign-ins under way are
// still answered. When the server is gone, however it went, the channel is too.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());
