import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { peerql } from '../kit/command.ts';
import { startOddIssuer, startProvider, TestIssuer } from '../kit/issuers.ts';

/** Looking at everything takes its time on a busy machine. */
const RUN_MS = 60_000;

let dataDir: string;
const started: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'peerql-check-'));
});
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function stopLater<One extends { stop(): Promise<void> }>(one: One): One {
  started.push(one);
  return one;
}

type Answer = Parameters<typeof startOddIssuer>[0];

const odd = async (answer: Answer) => stopLater(await startOddIssuer(answer)).url;

/** What `peerql check` says of issuers, each with the line below it where that is a mend. */
async function check(trusted: readonly Record<string, unknown>[]) {
  const { code, out } = await peerql(['check'], {
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    STUN_URLS: ',',
    ISSUER_TIMEOUT_SECONDS: '1',
    TRUSTED_ISSUERS: JSON.stringify(trusted.map((one) => ({ audience: 'calls', ...one }))),
  });
  const lines = out.split('\n');
  const told = lines.flatMap((line, at) => {
    if (line.slice(9, 24).trim() !== 'issuers') return [];
    const next = lines[at + 1]?.trim() ?? '';
    const mend = next.startsWith('→') ? next : '';
    return [{ state: line.slice(0, 9).trim(), text: line.slice(24), mend }];
  });
  return { code, told };
}

test(
  'issuers that answer are well, found by discovery or by jwksUrl',
  async () => {
    const issuer = stopLater(await TestIssuer.start());
    const provider = stopLater(await startProvider());
    const { code, told } = await check([
      { issuer: issuer.url },
      { issuer: provider.url },
      // As tokens say it, which need not be where the keys are.
      { issuer: 'https://login.example.com', jwksUrl: `${issuer.url}/jwks` },
    ]);
    expect(code).toBe(0);
    expect(told).toEqual([
      { state: 'ok', text: `${issuer.url} answers, and has one key.`, mend: '' },
      { state: 'ok', text: expect.stringContaining(`${provider.url} answers`), mend: '' },
      { state: 'ok', text: expect.stringContaining('https://login.example.com answers'), mend: '' },
    ]);
  },
  RUN_MS,
);

test(
  'of each issuer that is not well it says what is wrong, and how to mend it',
  async () => {
    const gone = await TestIssuer.start();
    const { url: goneUrl } = gone;
    await gone.stop();
    const right = stopLater(await TestIssuer.start());
    const cases: [string, string][] = [
      [goneUrl, 'cannot be reached'],
      [
        await odd(() => (_, to) => void to.end('<html>Sign in</html>')),
        'does not answer with JSON',
      ],
      [await odd(() => () => {}), 'does not answer in time'],
      [await odd(() => (_, to) => void to.writeHead(302, { location: '/' }).end()), 'redirects'],
      [
        await odd(() => (_, to) => void to.end(JSON.stringify({ issuer: right.url }))),
        `says that its issuer is "${right.url}"`,
      ],
      [
        await odd((url) => (request, to) => {
          const document = { issuer: url, jwks_uri: `${url}/keys` };
          to.end(JSON.stringify(request.url === '/keys' ? { keys: [] } : document));
        }),
        'has no keys',
      ],
    ];
    const { code, told } = await check([
      { issuer: right.url },
      ...cases.map(([issuer]) => ({ issuer })),
    ]);
    expect(code).toBe(1);
    expect(told[0]).toMatchObject({ state: 'ok' });
    expect(told.slice(1)).toEqual(
      cases.map(([, why]) => ({
        state: 'problem',
        text: expect.stringContaining(why),
        mend: expect.stringContaining('TRUSTED_ISSUERS'),
      })),
    );
  },
  RUN_MS,
);

test(
  'an audience that is missing, or an issuer that is no URL, is a mistake of the configuration',
  async () => {
    for (const wrong of [{ audience: undefined }, { audience: '' }, { issuer: 'login' }]) {
      const { code, out } = await peerql(['check'], {
        DATA_DIR: dataDir,
        PORT: '0',
        TRUSTED_ISSUERS: JSON.stringify([
          { issuer: 'https://login.example.com', audience: 'calls', ...wrong },
        ]),
      });
      expect(code).toBe(1);
      expect(out).toMatch(/problem +configuration +TRUSTED_ISSUERS/);
    }
  },
  RUN_MS,
);
