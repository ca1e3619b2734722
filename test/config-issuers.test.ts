import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config/config.ts';

const ISSUER = { issuer: 'https://login.example.com', audience: 'calls' };
const SECRET = 'x'.repeat(32);

function mistakesOf(env: Record<string, string>): string {
  try {
    readConfig(env);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.join('; ');
    throw error;
  }
}

describe('TRUSTED_ISSUERS', () => {
  test('is JSON, or the path of a file with it', () => {
    const text = JSON.stringify([ISSUER]);
    const path = join(mkdtempSync(join(tmpdir(), 'peerql-issuers-')), 'issuers.json');
    writeFileSync(path, text);
    const read = [
      {
        ...ISSUER,
        audience: ['calls'],
        jwksUrl: null,
        algorithms: ['RS256', 'ES256', 'EdDSA'],
        claims: { name: 'name', email: 'email', picture: 'picture' },
      },
    ];
    expect(readConfig({ TRUSTED_ISSUERS: text }).trustedIssuers).toEqual(read);
    expect(readConfig({ TRUSTED_ISSUERS: path }).trustedIssuers).toEqual(read);
  });

  test.each<[string, unknown, string]>([
    ['no list', ISSUER, 'expected array'],
    ['no audience', [{ issuer: ISSUER.issuer }], 'audience'],
    ['HS256', [{ ...ISSUER, algorithms: ['HS256'] }], 'never a shared secret'],
    ['none', [{ ...ISSUER, algorithms: ['none'] }], 'never none'],
    ['a misspelt field', [{ ...ISSUER, jwksURL: ISSUER.issuer }], 'jwksURL'],
    ['an issuer twice', [ISSUER, ISSUER], 'each issuer once'],
    ['no URL', [{ ...ISSUER, issuer: 'login' }], 'must be a URL'],
    ['http elsewhere', [{ ...ISSUER, issuer: 'http://login.example.com' }], 'https://'],
  ])('%s is refused', (_what, given, why) => {
    const mistakes = mistakesOf({ TRUSTED_ISSUERS: JSON.stringify(given) });
    expect(mistakes).toContain('TRUSTED_ISSUERS');
    expect(mistakes).toContain(why);
  });

  test('http on this machine is good in development alone', () => {
    const text = JSON.stringify([{ ...ISSUER, issuer: 'http://localhost:8080/realms/a' }]);
    expect(mistakesOf({ TRUSTED_ISSUERS: text })).toBe('');
    const production = { NODE_ENV: 'production', JWT_SECRET: SECRET };
    expect(mistakesOf({ TRUSTED_ISSUERS: text, ...production })).toContain('https://');
  });
});

describe('API_KEYS', () => {
  test('are ids and secrets, several of one id', () => {
    const apiKeys = [
      { id: 'team', secret: SECRET },
      { id: 'team', secret: `${SECRET}y` },
    ];
    const text = apiKeys.map(({ id, secret }) => `${id}:${secret}`).join(', ');
    expect(readConfig({ API_KEYS: text }).apiKeys).toEqual(apiKeys);
  });

  test.each([
    ['a short secret', `team:${'x'.repeat(31)}`, '32 bytes'],
    ['no id', SECRET, 'id:secret'],
    ['the id of this server', `peerql:${SECRET}`, 'must not have the id peerql'],
    ['the id of the host program', `host:${SECRET}`, 'must not have the id host'],
  ])('%s is refused, and no secret is told', (_what, text, why) => {
    const mistakes = mistakesOf({ API_KEYS: text });
    expect(mistakes).toContain(why);
    expect(mistakes).not.toContain('xxxx');
  });
});
