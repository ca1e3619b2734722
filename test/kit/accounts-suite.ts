import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailServer } from './mail-server.ts';
import { mutate } from './mutate.ts';
import { Participant } from './participant.ts';
import { createRoom, type Person, post, register } from './people.ts';
import type { TestServer } from './server.ts';

const ME = '{ me { id name email emailVerified sessions { id current userAgent } } }';

interface Me {
  me: {
    id: string;
    name: string;
    email: string;
    emailVerified: boolean;
    sessions: { id: string; current: boolean; userAgent: string | null }[];
  } | null;
}

/** The promises of accounts, for every store. */
export function accountsSuite(start: (env: Record<string, string>) => Promise<TestServer>): void {
  let mail: MailServer;
  let server: TestServer;
  let url: string;

  beforeAll(async () => {
    mail = await MailServer.start();
    server = await start({
      SMTP_URL: mail.url,
      PUBLIC_URL: 'https://app.example.com',
      MAILS_PER_ADDRESS: '1000',
    });
    url = server.graphqlUrl;
  });
  afterAll(async () => {
    await server.close();
    await mail.close();
  });

  async function me(headers: Record<string, string>): Promise<Me['me']> {
    const answer = await post<Me, object>(url, ME, {}, headers);
    return answer.data?.me ?? null;
  }

  async function login(person: Person, password = person.password) {
    const input = { email: person.email, password, delivery: 'BEARER' };
    const outcome = await mutate(url, 'login', input, 'token');
    return { outcome, headers: { authorization: `Bearer ${String(outcome.token)}` } };
  }

  /** The same account in a room, with another session than that of `person`. */
  async function inRoom(person: Person) {
    const room = await createRoom(url, await register(url, 'Host'));
    const { outcome, headers } = await login(person);
    const other = { ...person, token: String(outcome.token), headers };
    const participant = new Participant(server.socketUrl, other);
    await participant.join({ roomId: room.id, clientKey: 'tab' });
    return { participant, headers };
  }

  async function expectEnded(participant: Participant, headers: Record<string, string>) {
    expect(await participant.next('ParticipantLeft')).toMatchObject({ reason: 'SIGNED_OUT' });
    expect(await participant.closed()).toBe(4401);
    expect(await me(headers)).toBeNull();
  }

  describe('sessions', () => {
    it('are listed to their owner, and one can be revoked with its socket and stay', async () => {
      const ann = await register(url);
      const { participant, headers } = await inRoom(ann);
      const mine = await me(ann.headers);
      expect(mine?.sessions).toHaveLength(2);
      const other = mine?.sessions.find(({ current }) => !current);
      const revoked = await mutate(
        url,
        'revokeSession',
        { id: other?.id },
        'session { id }',
        ann.headers,
      );
      expect(revoked).toMatchObject({ session: { id: other?.id } });
      await expectEnded(participant, headers);
      expect((await me(ann.headers))?.sessions).toHaveLength(1);
      const again = await mutate(
        url,
        'revokeSession',
        { id: other?.id },
        'session { id }',
        ann.headers,
      );
      expect(again.__typename).toBe('SessionNotFoundError');
    });

    it('of somebody else cannot be revoked', async () => {
      const [ann, eve] = [await register(url), await register(url, 'Eve')];
      const [session] = (await me(ann.headers))?.sessions ?? [];
      const input = { id: session?.id };
      const outcome = await mutate(url, 'revokeSession', input, 'session { id }', eve.headers);
      expect(outcome.__typename).toBe('SessionNotFoundError');
      expect(await me(ann.headers)).not.toBeNull();
    });

    it('but the current one are ended by revokeOtherSessions', async () => {
      const ann = await register(url);
      const { participant, headers } = await inRoom(ann);
      const outcome = await mutate(url, 'revokeOtherSessions', {}, 'revoked', ann.headers);
      expect(outcome.revoked).toBe(1);
      await expectEnded(participant, headers);
      expect(await me(ann.headers)).not.toBeNull();
    });
  });

  describe('the own account', () => {
    it('takes another name', async () => {
      const ann = await register(url);
      const outcome = await mutate(
        url,
        'updateProfile',
        { name: ' Anna ' },
        'account { name }',
        ann.headers,
      );
      expect(outcome).toMatchObject({ account: { name: 'Anna' } });
      expect((await me(ann.headers))?.name).toBe('Anna');
    });

    it('takes another password, which ends the other sessions', async () => {
      const ann = await register(url);
      const { participant, headers } = await inRoom(ann);
      const change = (currentPassword: string, newPassword: string) =>
        mutate(
          url,
          'changePassword',
          { currentPassword, newPassword },
          'account { id }',
          ann.headers,
        );
      expect((await change('not the password', 'a new password')).__typename).toBe(
        'BadCredentialsError',
      );
      const weak = await change(ann.password, 'password1');
      expect(weak.issues).toEqual([
        { path: 'newPassword', message: 'is one of the most common passwords' },
      ]);
      expect(await me(headers)).not.toBeNull();
      const changed = await change(ann.password, 'a new password');
      expect(changed).toMatchObject({ account: { id: ann.accountId } });
      await expectEnded(participant, headers);
      expect(await me(ann.headers)).not.toBeNull();
      expect((await login(ann)).outcome.__typename).toBe('BadCredentialsError');
      expect((await login(ann, 'a new password')).outcome.__typename).toBe('LoginSuccess');
    });

    it('is deleted with its sessions and rooms', async () => {
      const ann = await register(url);
      const room = await createRoom(url, ann);
      const bob = await register(url, 'Bob');
      const guest = new Participant(server.socketUrl, bob);
      await guest.join({ roomId: room.id });
      const { participant, headers } = await inRoom(ann);
      const remove = (password: string) =>
        mutate(url, 'deleteAccount', { password }, 'accountId', ann.headers);
      expect((await remove('wrong password')).__typename).toBe('BadCredentialsError');
      expect(await remove(ann.password)).toMatchObject({ accountId: ann.accountId });
      await expectEnded(participant, headers);
      expect(await guest.next('RoomClosed')).toMatchObject({ reason: 'CLOSED_BY_OWNER' });
      expect(await me(ann.headers)).toBeNull();
      expect((await login(ann)).outcome.__typename).toBe('BadCredentialsError');
      await guest.dispose();
    });
  });

  describe('a connection token', () => {
    it('signs one socket in, once', async () => {
      const ann = await register(url);
      const room = await createRoom(url, ann);
      const issued = await mutate(url, 'issueConnectionToken', {}, 'token expiresAt', ann.headers);
      const token = String(issued.token);
      const left = new Date(String(issued.expiresAt)).getTime() - Date.now();
      expect(left).toBeGreaterThan(50_000);
      expect(left).toBeLessThanOrEqual(60_000);
      expect(await me({ authorization: `Bearer ${token}` })).toBeNull();
      const first = new Participant(server.socketUrl, { ...ann, token });
      await first.join({ roomId: room.id });
      const second = new Participant(server.socketUrl, { ...ann, token });
      await expect(second.join({ roomId: room.id })).rejects.toThrow();
      expect(await second.closed()).toBe(4401);
      await first.dispose();
    });

    it('is worth nothing once its session has ended', async () => {
      const ann = await register(url);
      const issued = await mutate(url, 'issueConnectionToken', {}, 'token', ann.headers);
      await post(url, 'mutation { logout { __typename } }', {}, ann.headers);
      const late = new Participant(server.socketUrl, { ...ann, token: String(issued.token) });
      await expect(late.join({ roomId: '0'.repeat(16) })).rejects.toThrow();
      expect(await late.closed()).toBe(4401);
    });
  });

  describe('mail', () => {
    it('verifies the email of a new account', async () => {
      const ann = await register(url);
      expect((await me(ann.headers))?.emailVerified).toBe(false);
      const token = await mail.tokenFor(ann.email, 'verifyEmail');
      const verify = () => mutate(url, 'verifyEmail', { token }, 'verified');
      expect(await verify()).toMatchObject({ verified: true });
      expect((await verify()).__typename).toBe('TokenInvalidError');
      expect((await me(ann.headers))?.emailVerified).toBe(true);
    });

    it('brings another link to who asks', async () => {
      const ann = await register(url);
      await mail.tokenFor(ann.email, 'verifyEmail');
      const asked = await mutate(url, 'requestEmailVerification', {}, 'sent', ann.headers);
      expect(asked.sent).toBe(true);
      await expect.poll(() => mail.tokensFor(ann.email, 'verifyEmail').length).toBe(2);
    });

    it('resets a password once, and every session ends', async () => {
      const ann = await register(url);
      const { participant, headers } = await inRoom(ann);
      const asked = await mutate(url, 'requestPasswordReset', { email: ann.email }, 'sent');
      expect(asked.sent).toBe(true);
      const token = await mail.tokenFor(ann.email, 'resetPassword');
      // Two requests send two links.
      await mutate(url, 'requestPasswordReset', { email: ann.email }, 'sent');
      const other = await mail.tokenFor(ann.email, 'resetPassword', 2);
      const reset = (newPassword: string, by = token) =>
        mutate(url, 'resetPassword', { token: by, newPassword }, 'account { id emailVerified }');
      expect((await reset('123456')).__typename).toBe('InvalidInputError');
      expect(await reset('a new password')).toMatchObject({
        account: { id: ann.accountId, emailVerified: true },
      });
      await expectEnded(participant, headers);
      expect(await me(ann.headers)).toBeNull();
      for (const used of [token, other]) {
        expect((await reset('another password', used)).__typename).toBe('TokenInvalidError');
      }
      expect((await login(ann, 'a new password')).outcome.__typename).toBe('LoginSuccess');
    });

    it('of one purpose is worth nothing for another', async () => {
      const ann = await register(url);
      const token = await mail.tokenFor(ann.email, 'verifyEmail');
      const input = { token, newPassword: 'a new password' };
      const outcome = await mutate(url, 'resetPassword', input, 'account { id }');
      expect(outcome.__typename).toBe('TokenInvalidError');
      expect((await login(ann)).outcome.__typename).toBe('LoginSuccess');
    });
  });
}
