// Takes each defence out of a copy of the tree, and expects the test that is said to show it to fail:
//   npm run test:defences               all of them
//   npm run test:defences -- socket     those whose name has one of these words
//   npm run test:defences -- --sample 5 --seed 42     five at random; without a seed other ones each time
import { execFile } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { defences } from './defences.mjs';
import { typeErrorsWithout } from './type-errors.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What no test of a defence needs, or what is made anew. */
const LEFT_OUT = new Set(['node_modules', '.git', '.cache', 'dist', 'bench', 'examples']);
/** What waits in vain for a defence fails after this long, in milliseconds; far longer than any test takes. */
const TEST_TIMEOUT_MS = 60_000;

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string' } },
});
const named = defences.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
const chosen = options.sample === undefined ? named : sample(named, Number(options.sample));

const copy = await mkdtemp(join(tmpdir(), 'peerql-defences-'));
let missed = 0;
try {
  await copyTree();
  for (const defence of chosen) await checkIsThere(defence);
  // All of them, also where only some are tried: a row that no longer compiles shows nothing.
  const broken = typeErrorsWithout(ROOT, defences);
  for (const [name, error] of broken) {
    console.log(`MISSED  ${name}: the product does not compile without it: ${error}`);
  }
  /** What is wrong with the tests of a file as they are; null where nothing is. */
  const sound = new Map();
  const tried = chosen.filter(({ name }) => !broken.has(name));
  for (const defence of tried) {
    const began = performance.now();
    const { test } = defence;
    if (!sound.has(test)) sound.set(test, await whatFails(test));
    const wrong = sound.get(test);
    const { caught, how } = wrong ? { caught: false, how: wrong } : await tryWithout(defence);
    if (!caught) missed += 1;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${caught ? 'caught' : 'MISSED'}  ${defence.name} (${seconds} s): ${how}`);
  }
  missed += broken.size;
  console.log(`${tried.length + broken.size - missed} passed, ${missed} failed`);
} finally {
  await rm(copy, { recursive: true, force: true });
}
process.exitCode = missed === 0 && chosen.length > 0 ? 0 : 1;

/**
 * So many of a list, at random; says by which seed, so that the same ones can be chosen again.
 *
 * @template T
 * @param {readonly T[]} all
 * @param {number} count
 */
function sample(all, count) {
  const seed = options.seed === undefined ? randomInt(2 ** 31) : Number(options.seed);
  if (!Number.isInteger(seed) || !Number.isInteger(count)) {
    throw new Error('--sample and --seed take whole numbers');
  }
  console.log(`${count} of ${all.length} defences, chosen by --seed ${seed}`);
  const rank = (/** @type {number} */ place) =>
    createHash('sha256').update(`${seed} ${place}`).digest('hex');
  return all
    .map((one, place) => ({ one, rank: rank(place) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ one }) => one);
}

async function copyTree() {
  const filter = (/** @type {string} */ path) =>
    path === ROOT || !LEFT_OUT.has(basename(path)) || path.includes('/src/');
  await cp(ROOT, copy, { recursive: true, filter });
  // A folder of its own, since the tests keep what they build in it.
  await mkdir(join(copy, 'node_modules'));
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name === '.cache' || name.startsWith('.vite')) continue;
    await symlink(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  }
  // Where a mongod was fetched to, if one was.
  const cache = join(ROOT, '.cache');
  if (existsSync(cache)) await symlink(cache, join(copy, '.cache'));
  // What only the defence used is unused without it, and that is no error here.
  const config = join(copy, 'tsconfig.json');
  const strict = await readFile(config, 'utf8');
  await writeFile(config, strict.replace(/"noUnused(Locals|Parameters)": true,/g, ''));
}

/** @param {import('./defences.mjs').Defence} defence */
async function checkIsThere({ name, file, find }) {
  const count = (await readFile(join(copy, file), 'utf8')).split(find).length - 1;
  if (count !== 1) throw new Error(`${name}: found ${count} times in ${file}, not once: ${find}`);
}

/**
 * With everything in place the tests of a file must pass; otherwise their failure would show nothing. Resolves to what
 * does not pass, or to null.
 *
 * @param {string} file
 */
async function whatFails(file) {
  const titles = chosen.filter(({ test }) => test === file).map(({ title }) => title);
  // A busy machine may upset one attempt.
  const { outcomes, output } = await runTests(file, [...new Set(titles)], ['--retry=1']);
  for (const title of titles) {
    const own = outcomes.filter(({ fullName }) => fullName.endsWith(title));
    if (own.some(({ status }) => status === 'passed')) continue;
    return `${file}, "${title}", does not pass as it is:\n${output}`;
  }
  const failed = outcomes.find(({ status }) => status === 'failed');
  return failed ? `${file}, "${failed.fullName}", fails as it is:\n${output}` : null;
}

/** @param {import('./defences.mjs').Defence} defence */
async function tryWithout({ file, find, replace, test, title }) {
  const path = join(copy, file);
  const source = await readFile(path, 'utf8');
  await writeFile(
    path,
    source.replace(find, () => replace),
  );
  try {
    const { outcomes, output } = await runTests(test, [title]);
    // A test has to fail: a server that cannot be built or started skips it.
    const failed = outcomes.find(({ status }) => status === 'failed');
    if (failed) return { caught: true, how: firstLine(failed.failureMessages[0]) };
    if (outcomes.some(({ status }) => status === 'passed')) {
      return { caught: false, how: `${test}, "${title}", passes without it` };
    }
    return { caught: false, how: `the test did not run:\n${output}` };
  } finally {
    await writeFile(path, source);
  }
}

/**
 * Runs those tests of a file whose names end like this.
 *
 * @param {string} file
 * @param {readonly string[]} titles
 * @param {readonly string[]} options of vitest
 */
async function runTests(file, titles, options = []) {
  const report = join(copy, 'report.json');
  await rm(report, { force: true });
  const escaped = titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const args = ['run', file, '-t', `(${escaped.join('|')})$`, '--reporter=json', ...options];
  const { CI: _ci, TEST_LOGS: _logs, ...env } = process.env;
  const run = promisify(execFile)(
    process.execPath,
    [
      join(copy, 'node_modules', 'vitest', 'vitest.mjs'),
      ...args,
      `--outputFile=${report}`,
      `--testTimeout=${TEST_TIMEOUT_MS}`,
    ],
    { cwd: copy, env, maxBuffer: 64 * 1024 * 1024 },
  );
  const { stdout, stderr } = await run.catch((error) => error);
  const { testResults } = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
  /** @type {{ fullName: string, status: string, failureMessages: string[] }[]} */
  const outcomes = (testResults ?? []).flatMap(
    (/** @type {{ assertionResults: object[] }} */ { assertionResults }) => assertionResults,
  );
  const messages = (testResults ?? []).map((/** @type {{ message: string }} */ r) => r.message);
  return { outcomes, output: `${messages.join('\n')}${stdout}${stderr}`.slice(-2000) };
}

function firstLine(text = '') {
  // What vitest reports of a test that did not end.
  if (text.includes('STACK_TRACE_ERROR')) return 'waited in vain for what the defence does';
  return (text.split('\n', 1)[0] ?? '').slice(0, 160);
}
