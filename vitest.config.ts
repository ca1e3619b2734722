import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

// Node runs graphql's CommonJS build, whoever imports it; Vite would take the other one, and two do not mix.
const graphql = createRequire(import.meta.url).resolve('graphql');

/** A busy machine may upset one attempt. CI names at its end every test that needed a second one. */
const retry = process.env.CI ? 1 : 0;

const timeouts = { testTimeout: 20_000, hookTimeout: 60_000 };

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    retry,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'test/{domain,log,redis,roomlog,transport,throttling,client,architecture,graphql}/**/*.test.ts',
            'test/*.test.ts',
          ],
          ...timeouts,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/{integration,store,crypto,cli,upgrade}/**/*.test.ts'],
          exclude: ['test/**/mongo*.test.ts'],
          ...timeouts,
        },
      },
      {
        extends: true,
        test: { name: 'mongo', include: ['test/**/mongo*.test.ts'], ...timeouts },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          // Some look at what memory is left in use.
          execArgv: ['--expose-gc'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: 'roles', include: ['test/roles/**/*.test.ts'], ...timeouts },
      },
      {
        extends: true,
        test: {
          name: 'attacks',
          include: ['test/attacks/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // What npm would publish, installed as a stranger does.
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        // Last of all, over what the others have kept in TEST_LOGS.
        test: { name: 'logs', include: ['test/logs/**/*.test.ts'] },
      },
    ],
  },
});
