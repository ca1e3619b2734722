import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/**
 * The service worker of push messages as one classic script, which every browser with push messages can register, and
 * other workers can load by `importScripts`.
 */
export async function pushWorker() {
  const { version, license } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const { outputFiles } = await build({
    stdin: {
      contents: "import { handlePushedCalls } from './push-worker.ts'; handlePushedCalls();",
      resolveDir: join(ROOT, 'src/client'),
    },
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
    banner: { js: `// @peerql/client ${version}, ${license}` },
  });
  return outputFiles[0].text;
}
