import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Node runs graphql's CommonJS build, whoever imports it; Vite would take the other one, and two do not mix.
const graphql = createRequire(import.meta.url).resolve('graphql');

/** A busy machine may upset one attempt. CI names at its end every test that needed a second one. */
const retry = process.env.CI ? 1 : 0;

/** The first hook that needs the built server may have to build it, beside other tests. */
const HOOK_TIMEOUT_MS = 300_000;

const SHORT = { testTimeout: 20_000, hookTimeout: HOOK_TIMEOUT_MS };
/** These take the machine for themselves, one file after the other. */
const ALONE = { fileParallelism: false, testTimeout: 120_000, hookTimeout: HOOK_TIMEOUT_MS };

const MONGO = 'test/**/mongo*.test.ts';

/** What is about a port of one's own, and has no meaning for a part of another server (`TEST_MOUNT`, test/kit/mounts.ts). */
const OWN_PORT =
  (process.env.TEST_MOUNT || 'port') === 'port'
    ? []
    : [
        'proxies',
        'dev-servers',
        'cloudflare',
        'crowding',
        'keep-alive',
        'odd-requests',
        'start',
        'failed-start',
      ].map((name) => `test/integration/${name}.test.ts`);

/** The projects that need more than Node, or take their time. Every other test file, wherever it lies, is a unit test. */
const projects = [
  {
    name: 'integration',
    include: ['test/{integration,store,crypto,cli,upgrade}/**/*.test.ts'],
    exclude: [MONGO, ...OWN_PORT],
    ...SHORT,
  },
  { name: 'mongo', include: [MONGO], ...SHORT },
  { name: 'browser', include: ['test/e2e/**/*.test.ts'], ...ALONE },
  {
    name: 'faults',
    include: ['test/faults/**/*.test.ts'],
    // Some look at what memory is left in use.
    execArgv: ['--expose-gc'],
    ...ALONE,
    testTimeout: 300_000,
  },
  { name: 'cluster', include: ['test/cluster/**/*.test.ts'], ...ALONE },
  { name: 'roles', include: ['test/roles/**/*.test.ts'], ...SHORT },
  { name: 'attacks', include: ['test/attacks/**/*.test.ts'], ...ALONE },
  // What npm would publish, installed as a stranger does.
  { name: 'package', include: ['test/package/**/*.test.ts'], ...ALONE },
  // A container of the image that .ci/image has built.
  { name: 'image', include: ['test/image/**/*.test.ts'], ...ALONE },
  // Last of all, over what the others have kept in TEST_LOGS.
  { name: 'logs', include: ['test/logs/**/*.test.ts'] },
];

const unit = {
  name: 'unit',
  include: ['test/**/*.test.ts'],
  exclude: projects.flatMap(({ include }) => include),
  ...SHORT,
};

export default defineConfig({
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: graphql },
      {
        find: /^@peerql\/client$/,
        replacement: fileURLToPath(new URL('src/client/index.ts', import.meta.url)),
      },
    ],
  },
  test: {
    retry,
    // Most tests wait half of their time, so even two cores have enough for two files.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [unit, ...projects].map((test) => ({ extends: true as const, test })),
  },
});
