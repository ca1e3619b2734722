import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { MailServer } from '../kit/mail-server.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const PASSWORD = 'correct horse battery staple';
const OTHER_PASSWORD = 'an entirely different horse';

let mail: MailServer;
let server: TestServer;

beforeAll(async () => {
  mail = await MailServer.start();
  server = await startServer({ env: { SMTP_URL: mail.url } });
});

afterAll(async () => {
  await server?.close();
  await mail?.close();
});

function newClient() {
  return createClient({ url: server.graphqlUrl, auth: 'bearer' });
}

it('lists sessions and ends them', async () => {
  const [first, second, third] = [newClient(), newClient(), newClient()];
  const credentials = { email: 'ann@example.com', password: PASSWORD };
  await first.register({ ...credentials, name: 'Ann' });
  await second.login(credentials);
  await third.login(credentials);
  const sessions = await third.sessions();
  expect(sessions.map(({ current }) => current)).toEqual([true, false, false]);
  await third.revokeSession(sessions[1]?.id ?? '');
  expect(await second.me()).toBeNull();
  expect(await third.revokeOtherSessions()).toBe(1);
  expect(await first.me()).toBeNull();
  expect(await third.sessions()).toHaveLength(1);
  await expect(third.revokeSession('none')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  await expect(newClient().sessions()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

it('changes the account, and deletes it', async () => {
  const client = newClient();
  const email = 'bob@example.com';
  await client.register({ name: 'Bob', email, password: PASSWORD });
  expect(await client.updateProfile({ name: 'Robert' })).toMatchObject({ name: 'Robert' });
  await client.changePassword({ currentPassword: PASSWORD, newPassword: OTHER_PASSWORD });
  await expect(client.deleteAccount(PASSWORD)).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' });
  await client.deleteAccount(OTHER_PASSWORD);
  expect(await client.me()).toBeNull();
});

it('follows the links of mails', async () => {
  const client = newClient();
  const email = 'eve@example.com';
  const { account } = await client.register({ name: 'Eve', email, password: PASSWORD });
  expect(account.emailVerified).toBe(false);
  await mail.tokenFor(email, 'verifyEmail');
  await client.requestEmailVerification();
  await expect.poll(() => mail.tokensFor(email, 'verifyEmail')).toHaveLength(2);
  const token = await mail.tokenFor(email, 'verifyEmail');
  await client.verifyEmail(token);
  expect(await client.me()).toMatchObject({ email, emailVerified: true });
  await expect(client.verifyEmail(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });

  await client.requestPasswordReset(email);
  const reset = await mail.tokenFor(email, 'resetPassword');
  await client.resetPassword({ token: reset, newPassword: OTHER_PASSWORD });
  await newClient().login({ email, password: OTHER_PASSWORD });
});

it('gets a token for one connection', async () => {
  const client = newClient();
  await client.register({ name: 'Ida', email: 'ida@example.com', password: PASSWORD });
  const { token, expiresAt } = await client.issueConnectionToken();
  expect(token).not.toBe('');
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
});
