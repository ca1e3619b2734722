// Puts the Lua scripts beside what is compiled: the server reads them from there. Its argument: where that is, dist unless given.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';

const [, , target = 'dist'] = process.argv;
for (const folder of ['redis/scripts', 'log/redis/scripts']) {
  await cp(join('src', folder), join(target, folder), { recursive: true });
}
