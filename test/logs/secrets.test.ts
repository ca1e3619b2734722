import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SERVER_KINDS, scanLogs } from '../kit/kept-logs.ts';

/** Where the tests before this one have kept the logs of their servers. */
const { TEST_LOGS = '', CI } = process.env;

/** How long the search may take: every secret is looked for in every line. */
const SEARCH_MS = 300_000;

test(
  'no log of any server of the test run has a secret in it',
  () => {
    if (!existsSync(TEST_LOGS)) {
      throw new Error(
        'Run the other tests with TEST_LOGS set to a folder, and then this with the same.',
      );
    }
    const { logs, lines, secrets, found } = scanLogs(TEST_LOGS);
    const count = Object.entries(logs).map(([kind, number]) => `${number} ${kind}`);
    process.stdout.write(
      `LOGS   of servers: ${count.join(', ')}; ${lines} lines, searched for ${secrets} secrets: ${found.length} found\n`,
    );
    // Whole lines, so that what was found can be told from a report alone.
    if (found.length > 0) expect.fail(found.map((line) => line.slice(0, 500)).join('\n'));
    // Where nothing was kept, nothing was searched.
    expect(lines).toBeGreaterThan(0);
    expect(secrets).toBeGreaterThan(0);
    if (CI === 'true') for (const kind of SERVER_KINDS) expect(logs[kind], kind).toBeGreaterThan(0);
  },
  SEARCH_MS,
);
