import { expect } from 'vitest';
import { mutate, type Outcome } from '../kit/mutate.ts';
import { post, register } from '../kit/people.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger, bothWays } from './both-ways.ts';

function login(
  server: AttackedServer,
  email: string,
  password: string,
  headers: Record<string, string>,
): Promise<Outcome> {
  const input = { email, password, delivery: 'BEARER' };
  return mutate(server.graphqlUrl, 'login', input, 'token', headers);
}

const count = (outcomes: readonly Outcome[], type: string) =>
  outcomes.filter(({ __typename }) => __typename === type).length;

attacks({}, (attack) => {
  attack('guessing the password of one account, from many addresses at once', async (server) => {
    const ann = await register(server.graphqlUrl, 'Ann');
    server.keepsSecret(ann.token, ann.password);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => login(server, ann.email, `guess ${i}`, asStranger())),
    );
    expect(count(outcomes, 'BadCredentialsError')).toBe(5);
    expect(count(outcomes, 'RateLimitedError')).toBe(35);
    return '5 tries, then RateLimitedError with a wait that doubles';
  });

  attack('guessing the password of one account by aliases of one request', async (server) => {
    const ann = await register(server.graphqlUrl, 'Ann');
    server.keepsSecret(ann.token, ann.password);
    const tries = Array.from(
      { length: 15 },
      (_, i) =>
        `t${i}: login(input: {email: "${ann.email}", password: "guess ${i}"}) { __typename }`,
    );
    const answer = await post<Record<string, Outcome>, object>(
      server.graphqlUrl,
      `mutation { ${tries.join(' ')} }`,
      {},
      asStranger(),
    );
    const outcomes = Object.values(answer.data ?? {});
    expect(outcomes).toHaveLength(15);
    expect(count(outcomes, 'BadCredentialsError')).toBe(5);
    return '5 of 15 aliases are tries, the others RateLimitedError';
  });

  attack('one password for many accounts, from one address', async (server) => {
    const address = asStranger();
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 30; i += 1) {
      outcomes.push(await login(server, `victim-${i}@example.com`, 'Summer2026!', address));
    }
    expect(count(outcomes, 'BadCredentialsError')).toBeLessThanOrEqual(21);
    const taken = { name: 'Eve', email: 'eve@example.com', password: 'correct horse battery' };
    const probed = await mutate(server.graphqlUrl, 'register', taken, 'token', address);
    expect(probed.__typename).toBe('RateLimitedError');
    return `${count(outcomes, 'BadCredentialsError')} tries of 30, then RateLimitedError, for registering too`;
  });

  attack('one password for many accounts, with forged addresses', async (server) => {
    const stranger = asStranger()['x-forwarded-for'];
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 30; i += 1) {
      // What the client writes itself stands left of what the trusted proxy adds.
      const headers = { 'x-forwarded-for': `203.0.113.${i}, ${stranger}` };
      outcomes.push(await login(server, `forged-${i}@example.com`, 'Summer2026!', headers));
    }
    expect(count(outcomes, 'BadCredentialsError')).toBeLessThanOrEqual(21);
    return `${count(outcomes, 'BadCredentialsError')} tries of 30: one address for all of them`;
  });

  attack('guessing the password with a stolen session, over HTTP and WebSocket', async (server) => {
    const ann = await register(server.graphqlUrl, 'Ann');
    server.keepsSecret(ann.token, ann.password);
    const change = { newPassword: 'another password' };
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 5; i += 1) {
      const input = { ...change, currentPassword: `guess ${i}` };
      const headers = { ...ann.headers, ...asStranger() };
      outcomes.push(
        await mutate(server.graphqlUrl, 'changePassword', input, 'account { id }', headers),
      );
      const query =
        'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename } }';
      for (const { data } of await bothWays(
        server,
        query,
        { input: { password: `x${i}` } },
        ann.token,
      )) {
        outcomes.push(data?.deleteAccount as Outcome);
      }
    }
    expect(count(outcomes, 'BadCredentialsError')).toBeLessThanOrEqual(5);
    expect(outcomes.map(({ __typename }) => __typename)).not.toContain('ChangePasswordSuccess');
    expect(outcomes.map(({ __typename }) => __typename)).not.toContain('DeleteAccountSuccess');
    return `${count(outcomes, 'BadCredentialsError')} tries of ${outcomes.length}, then RateLimitedError`;
  });

  attack('the most common passwords', async (server) => {
    for (const password of ['123456', 'Password', 'qwerty123', 'letmein', 'iloveyou']) {
      const input = { name: 'Ann', email: 'ann@example.com', password };
      const outcome = await mutate(server.graphqlUrl, 'register', input, 'token', asStranger());
      expect(outcome.issues?.[0]?.message).toMatch(/most common passwords/);
    }
    return 'InvalidInputError';
  });

  attack('asking for a reset of known and unknown emails', async (server) => {
    const ann = await register(server.graphqlUrl, 'Ann');
    server.keepsSecret(ann.token, ann.password);
    const answers = await Promise.all(
      [ann.email, `nobody-${Date.now()}@example.com`].map((email) =>
        mutate(server.graphqlUrl, 'requestPasswordReset', { email }, 'sent', asStranger()),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.__typename).toBe('MailUnavailableError');
    const guessed = { token: 'x'.repeat(43), newPassword: 'another password' };
    const reset = await mutate(
      server.graphqlUrl,
      'resetPassword',
      guessed,
      'account { id }',
      asStranger(),
    );
    expect(reset.__typename).toBe('TokenInvalidError');
    return 'the same answer for both; TokenInvalidError for a guessed token';
  });

  attack('the timing of known and unknown emails', async (server) => {
    const people = await Promise.all(
      Array.from({ length: 6 }, () => register(server.graphqlUrl, 'Ann')),
    );
    for (const { token, password } of people) server.keepsSecret(token, password);
    const known: number[] = [];
    const unknown: number[] = [];
    const time = async (email: string, into: number[]) => {
      const began = performance.now();
      const outcome = await login(server, email, 'not the password', asStranger());
      into.push(performance.now() - began);
      expect(outcome).toEqual({
        __typename: 'BadCredentialsError',
        message: 'The email or the password is wrong.',
      });
    };
    for (let round = 0; round < 4; round += 1) {
      for (const [i, { email }] of people.entries()) {
        await time(email, known);
        await time(`nobody-${Date.now()}-${round}-${i}@example.com`, unknown);
      }
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
    const [one, other] = [median(known), median(unknown)];
    // A known email that skipped the hash, or an unknown one, would be many times as fast.
    expect(Math.max(one, other) / Math.min(one, other)).toBeLessThan(2);
    return `${one.toFixed(1)} ms for known emails and ${other.toFixed(1)} ms for unknown ones (medians of ${known.length})`;
  });
});
