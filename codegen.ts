import type { CodegenConfig } from '@graphql-codegen/cli';
import { apiReference } from './scripts/api-reference.ts';
import { operationTexts } from './scripts/operation-texts.ts';

const types = {
  useTypeImports: true,
  immutableTypes: true,
  strictScalars: true,
  scalars: { DateTime: 'string', ID: 'string' },
};

/** Typed documents of the SDKs' operations, what Apollo's cache has to know, and the API reference; `npm run codegen` writes them after a change of the schema. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  pluginLoader: async (name) => {
    if (name.endsWith('api-reference')) return { plugin: apiReference };
    if (name.endsWith('operation-texts')) return { plugin: operationTexts };
    return import(name);
  },
  hooks: {
    // Nobody reads the hashes in the documents of the browser SDK, and they do not compress.
    beforeOneFileWrite: (_path: string, content: string) =>
      content.replaceAll(/"__meta__":\{"hash":"sha256:[0-9a-f]{64}"\},/g, ''),
  },
  generates: {
    'docs/api.md': { plugins: ['api-reference'] },
    'src/client/generated/possible-types.ts': { plugins: ['fragment-matcher'] },
    // What the browser SDK sends. The documents below are for other clients, such as Apollo and urql.
    'src/client/generated/operations.ts': {
      documents: 'src/client/operations/*.graphql',
      plugins: ['operation-texts'],
    },
    'src/client/generated/': {
      documents: 'src/client/operations/*.graphql',
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        skipIndexFile: true,
        // The allow-list of PERSISTED_OPERATIONS for the call page.
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      config: {
        documentMode: 'documentNodeImportFragments',
        ...types,
      },
    },
    'src/server-sdk/generated/': {
      documents: 'src/server-sdk/operations/*.graphql',
      preset: 'client',
      presetConfig: { fragmentMasking: false, skipIndexFile: true },
      // Texts, so that nothing of graphql has to run where this SDK runs.
      config: { documentMode: 'string', ...types },
    },
  },
};

export default config;
