import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents of the SDK's operations; `npx graphql-codegen` writes them anew after a change of the schema. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'src/client/operations/*.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  generates: {
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
