// Makes of the built SDK in dist/client what `npm publish ./dist/client` sends: its manifest with the version of this
// repository, the words about it, and all of it as one file for pages without a bundler; the push worker, too.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { pushWorker } from './push-worker.mjs';

const TARGET = 'dist/client';
const json = async (file) => JSON.parse(await readFile(file, 'utf8'));
const write = (file, value) =>
  writeFile(`${TARGET}/${file}`, `${JSON.stringify(value, null, 2)}\n`);

const { version, license } = await json('package.json');
const { name, ...manifest } = await json('src/client/package.json');
await write('package.json', { name, version, ...manifest });
await write('cjs/package.json', { type: 'commonjs' });
await cp('src/client/README.md', `${TARGET}/README.md`);
await cp(
  'src/client/generated/persisted-documents.json',
  `${TARGET}/generated/persisted-documents.json`,
);
for (const file of ['LICENSE', 'CHANGELOG.md']) await cp(file, `${TARGET}/${file}`);
await writeFile(`${TARGET}/peerql-push-worker.js`, await pushWorker());
await build({
  entryPoints: ['src/client/index.ts'],
  outfile: `${TARGET}/standalone.js`,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
  banner: { js: `// ${name} ${version}, ${license}` },
});
