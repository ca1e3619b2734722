import { join } from 'node:path';
import ts from 'typescript';

/** Where nothing that only a defence used is an error. */
const LENIENT = { noUnusedLocals: false, noUnusedParameters: false };

/**
 * The first type error that the product has without each defence, by the defence's name. Takes a minute: without this,
 * a row that no longer compiles would be found only when it is its turn.
 *
 * @param {string} root
 * @param {readonly import('./defences.mjs').Defence[]} defences
 * @returns {Map<string, string>}
 */
export function typeErrorsWithout(root, defences) {
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), LENIENT, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, ' '));
    },
  });
  const source = join(root, 'src');
  const files = (config?.fileNames ?? []).filter((path) => path.startsWith(source));
  /** @type {Map<string, { text: string, version: number }>} */
  const changed = new Map();
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => config?.options ?? {},
    getScriptFileNames: () => files,
    getScriptVersion: (path) => `${changed.get(path)?.version ?? 0}`,
    getScriptSnapshot: (path) => {
      const text = changed.get(path)?.text ?? ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });

  const errors = new Map();
  let version = 0;
  for (const { name, file, find, replace } of defences) {
    const path = join(root, file);
    if (!files.includes(path)) continue;
    const text = ts.sys.readFile(path) ?? '';
    changed.set(path, { text: text.replace(find, () => replace), version: ++version });
    const [first] = [
      ...service.getSyntacticDiagnostics(path),
      ...service.getSemanticDiagnostics(path),
    ];
    if (first) errors.set(name, ts.flattenDiagnosticMessageText(first.messageText, ' '));
    changed.set(path, { text, version: ++version });
  }
  return errors;
}
