import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from './pages.ts';

/** The packages as they are in the source, so that what is tested is what is there. */
const ALIAS = [
  { find: '@peerql/client/documents', replacement: join(ROOT, 'src/client/generated/graphql.ts') },
  { find: /^@peerql\/(client|elements)\/(.+)$/, replacement: join(ROOT, 'src/$1/$2.ts') },
  { find: /^@peerql\/client$/, replacement: join(ROOT, 'src/client/index.ts') },
];

/**
 * Builds the front end of an example with its own configuration.
 *
 * @param folder the target folder
 * @param root another front end to build with that configuration
 */
export async function buildExample(
  name: string,
  folder: string,
  root: string = join(ROOT, 'examples', name),
): Promise<void> {
  await build({
    configFile: join(ROOT, 'examples', name, 'vite.config.ts'),
    root,
    logLevel: 'error',
    resolve: { alias: ALIAS },
    base: './',
    build: { outDir: folder, emptyOutDir: true },
  });
}
