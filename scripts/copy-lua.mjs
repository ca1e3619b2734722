// Puts the Lua scripts beside what is compiled: the server reads them from there.
import { cp } from 'node:fs/promises';

for (const folder of ['redis/scripts', 'log/redis/scripts']) {
  await cp(`src/${folder}`, `dist/${folder}`, { recursive: true });
}
