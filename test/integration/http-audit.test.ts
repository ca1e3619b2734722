import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../kit/server.ts';

/** Audits that are not `ok`, by id, each with the reason why this server answers otherwise. There are none. */
const EXPLAINED: Readonly<Record<string, string>> = {};

let server: TestServer;
const audits = serverAudits({ url: () => server.graphqlUrl });

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.close());

test('all audits of GraphQL over HTTP are run', () => {
  expect(new Set(audits.map(({ id }) => id)).size).toBe(61);
});

test.each(audits)('$id $name', async ({ id, fn }) => {
  const result = await fn();
  const verdict = result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`;
  expect(id in EXPLAINED ? EXPLAINED[id] : verdict).toBe(id in EXPLAINED ? verdict : 'ok');
});
