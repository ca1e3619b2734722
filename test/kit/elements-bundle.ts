import { build } from 'esbuild';

/**
 * One file of the elements, bundled as an application does.
 *
 * @param entry a file of `src/elements`, without its extension
 */
export async function bundleElements(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`src/elements/${entry}.ts`],
    alias: { '@peerql/client': './src/client/index.ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('Nothing was bundled.');
  return file.text;
}
