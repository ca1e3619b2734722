import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

it('compiles what the docs show of React, as strictly as the SDK itself', () => {
  const page = readFileSync(join(ROOT, 'docs/sdk.md'), 'utf8');
  const [, source] = /<!-- snippet: react -->\s+```tsx\n([\s\S]*?)```/.exec(page) ?? [];
  if (source === undefined) throw new Error('docs/sdk.md has no snippet react.');
  // Inside of the project, so that the snippet finds React's types.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.cache-snippet-'));
  try {
    const file = join(folder, 'snippet.tsx');
    writeFileSync(file, source);
    const program = ts.createProgram([file], {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      jsx: ts.JsxEmit.ReactJSX,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
      paths: {
        '@peerql/client': [join(ROOT, 'src/client/index.ts')],
        '@peerql/client/react': [join(ROOT, 'src/client/react.ts')],
      },
    });
    const faults = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(faults).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
