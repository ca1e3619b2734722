import { join } from 'node:path';
import ts from 'typescript';
import { type Block, ROOT } from './pages.ts';

/** Where the snippets are said to lie: inside of the project, so that they find its packages. Nothing is written there. */
const FOLDER = join(ROOT, 'test/docs/snippets');
const GIVEN = join(ROOT, 'test/docs/given.d.ts');

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  jsx: ts.JsxEmit.ReactJSX,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  experimentalDecorators: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  allowUnusedLabels: true,
  skipLibCheck: true,
  noEmit: true,
  paths: {
    '@/auth': [join(ROOT, 'test/docs/given-auth.d.ts')],
    peerql: [join(ROOT, 'src/server/app.ts')],
    'peerql/server-sdk': [join(ROOT, 'src/server-sdk/index.ts')],
    '@peerql/client': [join(ROOT, 'src/client/index.ts')],
    '@peerql/client/background-blur': [join(ROOT, 'src/client/background-blur.ts')],
    '@peerql/client/react': [join(ROOT, 'src/client/react.ts')],
    '@peerql/client/vue': [join(ROOT, 'src/client/vue.ts')],
    '@peerql/client/svelte': [join(ROOT, 'src/client/svelte.ts')],
    '@peerql/client/solid': [join(ROOT, 'src/client/solid.ts')],
    '@peerql/client/documents': [join(ROOT, 'src/client/generated/graphql.ts')],
    '@peerql/client/possible-types': [join(ROOT, 'src/client/possible-types.ts')],
    '@peerql/elements/messages': [join(ROOT, 'src/elements/messages.ts')],
    '@peerql/elements/speaker': [join(ROOT, 'src/elements/speaker.ts')],
    '@peerql/elements/react': [join(ROOT, 'src/elements/react.ts')],
    '@peerql/client/push-worker': [join(ROOT, 'src/client/push-worker.ts')],
  },
};

/** JavaScript says no types of parameters, and does not ask whether each thing is there. */
const FOR_JAVASCRIPT: ts.CompilerOptions = {
  ...OPTIONS,
  allowJs: true,
  checkJs: true,
  noImplicitAny: false,
  noImplicitThis: false,
  strictNullChecks: false,
  exactOptionalPropertyTypes: false,
  useUnknownInCatchVariables: false,
};

/** Checks blocks of js, jsx, ts and tsx against the source of the packages. A line for each fault, with its place. */
export function typeFaults(blocks: readonly Block[]): string[] {
  const isScript = ({ language }: Block) => language.startsWith('js');
  // Libraries and the product are parsed once for both.
  const parsed = new Map<string, ts.SourceFile | undefined>();
  return [
    ...check(blocks.filter(isScript), FOR_JAVASCRIPT, parsed),
    ...check(
      blocks.filter((block) => !isScript(block)),
      OPTIONS,
      parsed,
    ),
  ];
}

function check(
  blocks: readonly Block[],
  options: ts.CompilerOptions,
  parsed: Map<string, ts.SourceFile | undefined>,
): string[] {
  const byFile = new Map(
    blocks.map((block) => {
      const name = `${block.page.replaceAll(/[/.]/g, '-')}-${block.line}.${block.language}`;
      return [join(FOLDER, name), block];
    }),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => byFile.has(file) || fileExists(file);
  host.readFile = (file) => byFile.get(file)?.text ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const block = byFile.get(file);
    if (block !== undefined) return ts.createSourceFile(file, block.text, rest[0]);
    if (!parsed.has(file)) parsed.set(file, getSourceFile(file, ...rest));
    return parsed.get(file);
  };
  const program = ts.createProgram([...byFile.keys(), GIVEN], options, host);
  return [...byFile].flatMap(([file, block]) => {
    const source = program.getSourceFile(file);
    if (source === undefined) return [`${block.page}:${block.line}: not compiled`];
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(({ messageText, start = 0 }) => {
      const line = block.line + 1 + source.getLineAndCharacterOfPosition(start).line;
      return `${block.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}
