import { expect, test } from 'vitest';
import { KeptLog } from '../kit/log.ts';
import { MailServer } from '../kit/mail-server.ts';
import { testOfOwnPort } from '../kit/mounts.ts';
import { mutate } from '../kit/mutate.ts';
import { register } from '../kit/people.ts';
import { startServer } from '../kit/server.ts';

const SECRET = 'x'.repeat(32);

// A part of another server does not know its own address without PUBLIC_URL.
testOfOwnPort(
  'in development without a mail server, the link stands in the log and leads to this server',
  async () => {
    const log = new KeptLog();
    const server = await startServer({ overrides: { log } });
    const ann = await register(server.graphqlUrl);
    await expect
      .poll(() => log.lines.filter(({ fields }) => fields.to === ann.email))
      .toHaveLength(1);
    const [mail] = log.lines.filter(({ fields }) => fields.to === ann.email);
    expect(mail?.fields.text).toContain(`${server.url}/#verifyEmail=`);
    await server.close();
  },
);

test('in production without a mail server, asking for mail is answered clearly, and the rest works', async () => {
  const log = new KeptLog();
  const env = { NODE_ENV: 'production', JWT_SECRET: SECRET };
  const server = await startServer({ env, overrides: { log } });
  const ann = await register(server.graphqlUrl);
  for (const email of [ann.email, 'nobody@example.com']) {
    const outcome = await mutate(server.graphqlUrl, 'requestPasswordReset', { email }, 'sent');
    expect(outcome.__typename).toBe('MailUnavailableError');
  }
  const outcome = await mutate(
    server.graphqlUrl,
    'requestEmailVerification',
    {},
    'sent',
    ann.headers,
  );
  expect(outcome.__typename).toBe('MailUnavailableError');
  await server.close();
  expect(JSON.stringify(log.lines)).not.toContain(ann.email);
});

test('known and unknown emails get the same answer, and mail goes to the known one alone', async () => {
  const mail = await MailServer.start();
  const server = await startServer({ env: { SMTP_URL: mail.url, MAIL_FROM: 'a@example.com' } });
  const ann = await register(server.graphqlUrl);
  const ask = (email: string) =>
    mutate(server.graphqlUrl, 'requestPasswordReset', { email }, 'sent');
  const known = await ask(ann.email.toUpperCase());
  expect(known).toEqual(await ask('nobody@example.com'));
  expect(known.sent).toBe(true);
  await mail.tokenFor(ann.email, 'resetPassword');
  expect(mail.mails.every(({ to, from }) => to === ann.email && from === 'a@example.com')).toBe(
    true,
  );
  // Asked too often, both are told to wait.
  for (const email of [ann.email, 'nobody@example.com']) {
    const outcomes = [await ask(email), await ask(email), await ask(email), await ask(email)];
    expect(outcomes.map(({ __typename }) => __typename)).toContain('RateLimitedError');
  }
  await server.close();
  await mail.close();
});

test('a mail server that refuses stands in the log, without the link', async () => {
  const mail = await MailServer.start();
  mail.refuses = true;
  const log = new KeptLog();
  const server = await startServer({ env: { SMTP_URL: mail.url }, overrides: { log } });
  await register(server.graphqlUrl);
  await expect
    .poll(() => log.lines.map(({ message }) => message), { timeout: 10_000 })
    .toContain('A mail could not be sent');
  await server.close();
  expect(JSON.stringify(log.lines)).not.toContain('#verifyEmail');
  await mail.close();
});
