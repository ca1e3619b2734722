import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PATHS = {
  '@peerql/client': [join(ROOT, 'src/client/index.ts')],
  '@peerql/client/react': [join(ROOT, 'src/client/react.ts')],
  '@peerql/client/vue': [join(ROOT, 'src/client/vue.ts')],
  '@peerql/client/svelte': [join(ROOT, 'src/client/svelte.ts')],
  '@peerql/client/solid': [join(ROOT, 'src/client/solid.ts')],
};
const OPTIONS: ts.CompilerOptions = {
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
  paths: PATHS,
};

/** What the examples take for granted: the page's own values, and those that another example has made. */
const GIVEN = `
import type { ApolloClient } from '@apollo/client';
import type { Client, PeerOptions } from '@peerql/client';
import { createRoot } from 'react-dom/client';
declare const apollo: ApolloClient;
declare const call: Call;
declare const client: Client;
declare const link: RoomLink;
declare const { polite, configuration, signals, canSignal, tracks, onState, onTracks, onError }: PeerOptions;
declare const [id, roomId, email, password, sdp]: [string, string, string, string, string];
declare const stream: MediaStream;
declare const file: File;
declare const video: HTMLVideoElement;
declare const element: HTMLElement;
declare const button: HTMLButtonElement;
declare const error: unknown;
declare function show(text: string): void;
declare function mark(path: string, message: string): void;
declare function render(participants: Call['snapshot']['participants']): void;
declare function showLocked(): void;
declare function showRetryButton(): void;
declare function showSignIn(): void;
declare function showWrongPassword(): void;
declare function App(): null;
declare const props: { readonly room: string };
declare const room: string;
declare function computed<Value>(get: () => Value): { readonly value: Value };
`;

const program = ts.createProgram(Object.values(PATHS).flat(), OPTIONS);
const checker = program.getTypeChecker();

interface Export {
  readonly name: string;
  readonly from: string;
  /** Its examples; those of the statement that exports it stand for a generated document. */
  readonly examples: readonly string[];
}

/** What a module exports that is there at run time. */
function exportsOf(from: keyof typeof PATHS): Export[] {
  const file = program.getSourceFile(PATHS[from][0] ?? '');
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${from} is no module.`);
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (!(target.flags & ts.SymbolFlags.Value)) return [];
    const statement = symbol.declarations?.[0]?.parent.parent;
    const nodes = [...(target.declarations ?? []), ...(statement ? [statement] : [])];
    const examples = nodes
      .flatMap((node) => ts.getJSDocTags(node))
      .filter(({ tagName }) => tagName.text === 'example')
      .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '');
    return [{ name: symbol.name, from, examples }];
  });
}

/** Those of each framework have the same names. */
const FRAMEWORKS = ['react', 'vue', 'svelte', 'solid'] as const;
const ofClient = exportsOf('@peerql/client');
const byFramework = FRAMEWORKS.map((name) => exportsOf(`@peerql/client/${name}`));

it('has an example with every export', () => {
  const exported = [ofClient, ...byFramework].flat();
  expect(ofClient.length).toBeGreaterThan(30);
  expect(byFramework.filter((exported) => exported.length < 2)).toEqual([]);
  expect(exported.filter(({ examples }) => examples.length === 0)).toEqual([]);
});

/** A module with the examples of these exports. */
function moduleOf(exported: readonly Export[]): string {
  const imports = [...new Set(exported.map(({ from }) => from))].map((path) => {
    const names = exported.filter(({ from }) => from === path).map(({ name }) => name);
    return `import { ${names.join(', ')} } from '${path}';\n`;
  });
  const examples = [...new Set(exported.flatMap((one) => one.examples))];
  const functions = examples.map(
    (text, index) => `async function Example${index}() {\n${text}\n}\n`,
  );
  return [...imports, GIVEN, ...functions].join('');
}

it('compiles every example', () => {
  // Inside of the project, so that the examples find React's types.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.cache-examples-'));
  try {
    const files = byFramework.map((own, index) => {
      const file = join(folder, `${FRAMEWORKS[index]}.tsx`);
      writeFileSync(file, moduleOf([...ofClient, ...own]));
      return file;
    });
    const faults = ts
      .getPreEmitDiagnostics(ts.createProgram(files, OPTIONS, undefined, program))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(faults).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
