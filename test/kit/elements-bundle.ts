import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';

function options(entry: string) {
  return {
    entryPoints: [`src/elements/${entry}.ts`],
    alias: { '@peerql/client': './src/client/index.ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  } satisfies BuildOptions;
}

/**
 * One file of the elements, bundled as an application does.
 *
 * @param entry a file of `src/elements`, without its extension
 */
export async function bundleElements(entry: string): Promise<string> {
  const { outputFiles } = await build(options(entry));
  const [file] = outputFiles;
  if (file === undefined) throw new Error('Nothing was bundled.');
  return file.text;
}

/**
 * Bytes, gzipped, of what a page loads at once of the elements: without the parts that are loaded when they are used.
 *
 * @param entry a file of `src/elements`, without its extension
 */
export async function firstLoadOf(entry: string): Promise<number> {
  const outdir = 'first-load';
  const { outputFiles, metafile } = await build({
    ...options(entry),
    splitting: true,
    metafile: true,
    outdir,
  });
  const atOnce = new Set([`${outdir}/${entry}.js`]);
  for (const path of atOnce) {
    for (const { kind, path: imported } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') atOnce.add(imported);
    }
  }
  return outputFiles
    .filter(({ path }) => atOnce.has(relative('.', path)))
    .reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
}
