// Hashes passwords for the server, in a process of its own: the priority of a process is the finest that Node can
// lower. It is CommonJS because a thread has the priority of the thread that made it, and loading an ES module makes
// the threads that hash.
const { constants, setPriority } = require('node:os');

// On Linux a tenth of a core that others want, and all of one that nobody does: sign-ins slow down, and do not stop.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const { argon2id, hash, verify } = require('argon2');

/**
 * @typedef {{ memoryCost: number, timeCost: number, parallelism: number }} Parameters
 * @typedef {{ id: number, password: string } & ({ parameters: Parameters } | { hash: string })} Job
 */

process.on('message', async (/** @type {Job} */ job) => {
  try {
    const result =
      'hash' in job
        ? await verify(job.hash, job.password)
        : await hash(job.password, { type: argon2id, ...job.parameters });
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
