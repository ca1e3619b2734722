// Makes of the built elements in dist/elements what `npm publish ./dist/elements` sends: its manifest with the version of
// this repository, the words about it, and all of it with the SDK as one file for pages without a bundler.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const TARGET = 'dist/elements';
const json = async (file) => JSON.parse(await readFile(file, 'utf8'));

const { version, license } = await json('package.json');
const { name, ...manifest } = await json('src/elements/package.json');
manifest.dependencies['@peerql/client'] = version;
await writeFile(
  `${TARGET}/package.json`,
  `${JSON.stringify({ name, version, ...manifest }, null, 2)}\n`,
);
await cp('src/elements/README.md', `${TARGET}/README.md`);
for (const file of ['LICENSE', 'CHANGELOG.md']) await cp(file, `${TARGET}/${file}`);
await build({
  entryPoints: ['src/elements/all.ts'],
  outfile: `${TARGET}/standalone.js`,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
  alias: { '@peerql/client': './src/client/index.ts' },
  banner: { js: `// ${name} ${version}, ${license}` },
});
