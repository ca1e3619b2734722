// Builds the server and the call page before `npm start` and `npm run dev`, and says so on standard error: the first
// build takes long enough to look like a hang.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const FIRST = 'the first time takes up to a minute; later starts build only what has changed';
const isFirst = !existsSync('dist/main.js');
const say = (line) => process.stderr.write(`${line}\n`);

if (!existsSync('node_modules')) {
  say('The packages are not installed. Run: npm ci');
  process.exit(1);
}
say(`Building PeerQL${isFirst ? ` (${FIRST})` : ''} …`);
const began = performance.now();
const build = spawn('npm run --silent build', { shell: true, stdio: 'inherit' });
build.once('close', (code) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  say(code === 0 ? `Built in ${seconds} s. Starting …` : 'PeerQL cannot start: the build failed.');
  process.exit(code ?? 1);
});
