import type { CodegenConfig } from '@graphql-codegen/cli';
import { apiReference } from './scripts/api-reference.ts';

/** Typed documents of the SDK's operations, what Apollo's cache has to know, and the API reference; `npm run codegen` writes them after a change of the schema. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'src/client/operations/*.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  pluginLoader: async (name) =>
    name.endsWith('api-reference') ? { plugin: apiReference } : import(name),
  generates: {
    'docs/api.md': { plugins: ['api-reference'] },
    'src/client/generated/possible-types.ts': { plugins: ['fragment-matcher'] },
    'src/client/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        skipIndexFile: true,
        // The allow-list of PERSISTED_OPERATIONS for the call page.
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      config: {
        documentMode: 'documentNodeImportFragments',
        useTypeImports: true,
        immutableTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string', ID: 'string' },
      },
    },
  },
};

export default config;
