import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestServer } from './server.ts';

const ROOT = join(import.meta.dirname, '../..');
// Inside the project, so that the snippets find their packages.
const FOLDER = join(ROOT, 'node_modules/.cache/peerql-snippets');

/** Browsers have this class; Node 20 does not. */
const BROWSER = "import { WebSocket as Shim } from 'ws';\nglobalThis.WebSocket ??= Shim;\n";

/** The JavaScript of a page below `<!-- snippet: name -->`. */
export function snippet(page: string, name: string): string {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const found = new RegExp(`<!-- snippet: ${name} -->\\s+\`\`\`js\\n([\\s\\S]*?)\`\`\``).exec(text);
  if (found?.[1] === undefined) throw new Error(`${page} has no snippet ${name}.`);
  return found[1];
}

/** A file with a snippet that can be run. */
export interface SnippetFile {
  readonly path: string;
  remove(): void;
}

/** Writes a snippet to a file that Node can run; its addresses are replaced by the server's. */
export function writeSnippet(name: string, source: string, server: TestServer): SnippetFile {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}-${process.pid}.mjs`);
  const text = source
    .replaceAll('http://localhost:5000', server.url)
    .replaceAll('ws://localhost:5000', server.url.replace('http', 'ws'))
    .replaceAll('node_modules/peerql/', `${ROOT}/`);
  writeFileSync(path, BROWSER + text);
  return { path, remove: () => rmSync(path) };
}
