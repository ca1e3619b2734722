import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { JwtRingTokens } from '../../src/crypto/ring-tokens.ts';
import { JwtSigner } from '../../src/crypto/tokens.ts';
import { type Clock, systemClock } from '../../src/domain/clock.ts';

const SECRET = 'a secret of more than thirty-two bytes';
const OTHER = 'another secret, as long as the first one';
const CLAIMS = { sessionId: 'session-1', accountId: 'account-1' };
const NOW = Date.UTC(2030, 0, 1);
const LATER = new Date(NOW + 60_000);

describe('the token signer', () => {
  let now = NOW;
  const clock: Clock = { ...systemClock, now: () => now };
  const signer = new JwtSigner([SECRET], clock);
  const key = new TextEncoder().encode(SECRET);
  /** A token that is right in everything, to be spoilt in one thing. */
  const sound = (claims: object = {}) =>
    new SignJWT({
      iss: 'peerql',
      aud: 'peerql',
      sub: 'account-1',
      jti: 'session-1',
      exp: LATER.getTime() / 1000,
      ...claims,
    });

  it('reads what it has signed', async () => {
    const token = await signer.sign(CLAIMS, LATER);
    expect(await signer.read(token)).toEqual(CLAIMS);
    const [header, payload] = token.split('.').map(decode);
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(payload).toEqual({
      iss: 'peerql',
      aud: 'peerql',
      sub: 'account-1',
      jti: 'session-1',
      iat: NOW / 1000,
      exp: LATER.getTime() / 1000,
    });
  });

  it('reads a sound token of somebody else who has the secret', async () => {
    const token = await sound().setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
    expect(await signer.read(token)).toEqual(CLAIMS);
  });

  it('goes by the clock it was given', async () => {
    const token = await signer.sign(CLAIMS, LATER);
    try {
      now = LATER.getTime() - 1;
      expect(await signer.read(token)).toEqual(CLAIMS);
      now = LATER.getTime();
      expect(await signer.read(token)).toBeNull();
    } finally {
      now = NOW;
    }
  });

  it('signs with the first secret and reads with each', async () => {
    const rotated = new JwtSigner([OTHER, SECRET], clock);
    expect(await rotated.read(await signer.sign(CLAIMS, LATER))).toEqual(CLAIMS);
    const token = await rotated.sign(CLAIMS, LATER);
    expect(await rotated.read(token)).toEqual(CLAIMS);
    expect(await new JwtSigner([OTHER], clock).read(token)).toEqual(CLAIMS);
    expect(await signer.read(token)).toBeNull();
  });

  it('refuses to start without a secret or with a short one', () => {
    expect(() => new JwtSigner([], clock)).toThrow('missing');
    expect(() => new JwtSigner([SECRET, 'short'], clock)).toThrow('shorter than 32 bytes');
  });

  it.each([
    ['another issuer', { iss: 'elsewhere' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'elsewhere' }],
    ['no audience', { aud: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is no number', { exp: 'never' }],
    ['an expiry in the past', { exp: NOW / 1000 - 1 }],
    ['a start in the future', { nbf: NOW / 1000 + 10 }],
    ['no account', { sub: undefined }],
    ['an account that is no text', { sub: { $gt: '' } }],
    ['no session', { jti: undefined }],
    ['a session that is no text', { jti: 5 }],
  ])('reads no token with %s', async (_, claims) => {
    const token = await sound(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
    expect(await signer.read(token)).toBeNull();
  });

  it('and that of rings read no token of each other', async () => {
    const rings = new JwtRingTokens([SECRET], clock);
    const ring = { callId: 'call-1', userId: 'account-1', sessionId: 'session-1' };
    const token = await rings.sign(ring, LATER);
    expect(await rings.read(token)).toEqual(ring);
    expect(await signer.read(token)).toBeNull();
    expect(await rings.read(await signer.sign(CLAIMS, LATER))).toBeNull();
  });

  it('reads no token of another type', async () => {
    for (const header of [{ alg: 'HS256' }, { alg: 'HS256', typ: 'at+jwt' }]) {
      expect(await signer.read(await sound().setProtectedHeader(header).sign(key))).toBeNull();
    }
  });

  it('reads no token of another algorithm', async () => {
    const unsecured = new UnsecuredJWT({ ...CLAIMS, sub: 'account-1', jti: 'session-1' })
      .setIssuer('peerql')
      .setAudience('peerql')
      .setExpirationTime(LATER)
      .encode();
    expect(await signer.read(unsecured)).toBeNull();

    const long = new JwtSigner([SECRET.repeat(3)], clock);
    const hs512 = await sound()
      .setProtectedHeader({ alg: 'HS512', typ: 'JWT' })
      .sign(new TextEncoder().encode(SECRET.repeat(3)));
    expect(await long.read(hs512)).toBeNull();

    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rs256 = await sound().setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).sign(privateKey);
    expect(await signer.read(rs256)).toBeNull();
  });

  it('reads no token that was changed', async () => {
    const token = await signer.sign(CLAIMS, LATER);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const forged = encode({ ...decode(payload), sub: 'account-2' });
    expect(await signer.read(`${header}.${forged}.${signature}`)).toBeNull();
    expect(await signer.read(`${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`)).toBeNull();
    const critical = encode({ alg: 'HS256', typ: 'JWT', crit: ['x'], x: 1 });
    expect(await signer.read(`${critical}.${payload}.${mac(`${critical}.${payload}`)}`)).toBeNull();
    for (let at = 0; at < token.length; at += 7) {
      const flipped = token[at] === 'A' ? 'B' : 'A';
      expect(await signer.read(token.slice(0, at) + flipped + token.slice(at + 1))).toBeNull();
    }
  });

  it.each([
    '',
    '.',
    '..',
    'x',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    'a.b.c.d.e',
    '\u0000',
    'é'.repeat(10_000),
  ])('reads nothing from %j', async (token) => {
    expect(await signer.read(token)).toBeNull();
  });
});

function mac(input: string): string {
  return createHmac('sha256', SECRET).update(input).digest('base64url');
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): object | null {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  } catch {
    return null;
  }
}
