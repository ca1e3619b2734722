import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JwtSigner } from '../../../src/crypto/tokens.ts';
import { Accounts } from '../../../src/domain/accounts/accounts.ts';
import { BackgroundWork } from '../../../src/domain/accounts/background-work.ts';
import { EmailVerification } from '../../../src/domain/accounts/email-verification.ts';
import { MailGuard } from '../../../src/domain/accounts/mail-guard.ts';
import { OneTimeTokens } from '../../../src/domain/accounts/one-time-tokens.ts';
import { OwnAccount } from '../../../src/domain/accounts/own-account.ts';
import type { PasswordHasher } from '../../../src/domain/accounts/ports.ts';
import { Sessions } from '../../../src/domain/accounts/sessions.ts';
import { SignInGuard } from '../../../src/domain/accounts/sign-in-guard.ts';
import { type Clock, systemClock } from '../../../src/domain/clock.ts';
import { BadCredentialsError, UnavailableError } from '../../../src/domain/errors.ts';
import { FollowUps } from '../../../src/domain/follow-ups.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { ExponentialThrottle } from '../../../src/throttling/exponential-throttle.ts';
import { RememberedPlaces } from '../../../src/throttling/known-places.ts';

const HERE = { address: '192.0.2.1', userAgent: null };
const OLD = 'the old password';
const NEW = 'the new password';

/** Hashes that can be read, and a moment after each proof in which a test may do something. */
class SlowHasher implements PasswordHasher {
  afterProof: (() => Promise<void>) | null = null;
  outdated = false;

  async hash(password: string): Promise<string> {
    return `hash of ${password}, ${Math.random()}`;
  }

  async verify(hash: string | null, password: string): Promise<boolean> {
    const matches = hash?.startsWith(`hash of ${password},`) ?? false;
    const then = this.afterProof;
    this.afterProof = null;
    await then?.();
    return matches;
  }

  verifyFurther(hash: string | null, password: string): Promise<boolean> {
    return this.verify(hash, password);
  }

  checkQueue(): void {}

  needsRehash(): boolean {
    return this.outdated;
  }

  readsAllOf(): boolean {
    return true;
  }
}

let dataDir: string;
/** How far this clock is ahead of the machine's. */
let laterMs = 0;
const clock: Clock = { ...systemClock, now: () => Date.now() + laterMs };
let store: Store;
let hasher: SlowHasher;
let accounts: Accounts;
let ownAccount: OwnAccount;
let sessions: Sessions;

beforeEach(async () => {
  laterMs = 0;
  dataDir = await mkdtemp(join(tmpdir(), 'peerql-races-'));
  const log = { info: () => {}, warn: () => {} };
  store = await openStore({ dataDir }, { clock, log });
  hasher = new SlowHasher();
  const throttle = () => new ExponentialThrottle(1000);
  const places = new RememberedPlaces();
  const oneTimeTokens = new OneTimeTokens({ tokens: store.oneTimeTokens, clock });
  sessions = new Sessions({
    otherNodes: null,
    sessions: store.sessions,
    accounts: store.accounts,
    tokens: new JwtSigner(['x'.repeat(32)], clock),
    oneTimeTokens,
    clock,
    ttlMs: 60_000,
    perAccount: 3,
  });
  const parts = {
    accounts: store.accounts,
    sessions,
    oneTimeTokens,
    passwords: hasher,
    guard: new SignInGuard({
      accounts: throttle(),
      addresses: throttle(),
      registrations: throttle(),
      places,
    }),
    mails: new MailGuard({ emails: throttle(), addresses: throttle(), places }),
    mailer: null,
    background: new BackgroundWork({ clock, onFailure: () => {} }),
    frontend: () => 'http://localhost',
    clock,
    followUps: new FollowUps({ clock, onFailure: () => {} }),
    passwordMinLength: 6,
  };
  accounts = new Accounts({ ...parts, verification: new EmailVerification(parts) });
  ownAccount = new OwnAccount(parts);
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function registered() {
  const input = { name: 'Ann', email: 'ann@example.com', password: OLD };
  const { account, token } = await accounts.register(input, HERE);
  const caller = await sessions.authenticate(token, HERE.address);
  if (caller === null) throw new Error('Not signed in.');
  return { account, caller };
}

const login = (password: string) => accounts.login({ email: 'ann@example.com', password }, HERE);

test('a password that is changed while it is proved opens no session that lasts', async () => {
  const { account, caller } = await registered();
  hasher.afterProof = async () => {
    const input = { currentPassword: OLD, newPassword: NEW };
    await ownAccount.changePassword(caller, input, HERE.address);
  };
  await expect(login(OLD)).rejects.toThrow(BadCredentialsError);
  expect(await sessions.list(account.id)).toHaveLength(1);
  expect((await login(NEW)).account.id).toBe(account.id);
});

test('a rehash never brings an old password back', async () => {
  const { caller } = await registered();
  hasher.outdated = true;
  hasher.afterProof = async () => {
    const input = { currentPassword: OLD, newPassword: NEW };
    await ownAccount.changePassword(caller, input, HERE.address);
  };
  await expect(login(OLD)).rejects.toThrow(BadCredentialsError);
  await expect(login(OLD)).rejects.toThrow(BadCredentialsError);
  await login(NEW);
});

test('two sign-ins that both rehash both succeed', async () => {
  await registered();
  hasher.outdated = true;
  const results = await Promise.all([login(OLD), login(OLD)]);
  for (const { token } of results)
    expect(await sessions.authenticate(token, HERE.address)).not.toBeNull();
});

test('an account that is deleted while its password is proved is not signed in', async () => {
  const { account, caller } = await registered();
  hasher.afterProof = async () => {
    await ownAccount.delete(caller, { password: OLD }, HERE.address);
  };
  await expect(login(OLD)).rejects.toThrow(BadCredentialsError);
  expect(await sessions.list(account.id)).toEqual([]);
});

test('one sign-in more than may be ends the oldest, and tells who listens', async () => {
  const { account, caller } = await registered();
  const ended: string[] = [];
  sessions.onEnded(({ sessionId }) => ended.push(sessionId));
  for (let i = 0; i < 3; i += 1) {
    laterMs += 1000;
    await login(OLD);
  }
  expect(await sessions.list(account.id)).toHaveLength(3);
  expect(ended).toEqual([caller.sessionId]);
  expect(sessions.hasEnded(caller.sessionId)).toBe(true);
});

test('a new name is told once, and the same name again is not', async () => {
  const { account, caller } = await registered();
  const told: string[] = [];
  ownAccount.onRenamed(({ name }) => void told.push(name));
  await ownAccount.updateProfile(caller, { name: account.name });
  for (let i = 0; i < 2; i += 1) await ownAccount.updateProfile(caller, { name: 'Another' });
  expect(told).toEqual(['Another']);
});

test('a new password ends the other sessions, also if the store does not answer in between', async () => {
  const { caller } = await registered();
  const other = await login(OLD);
  const revoke = vi
    .spyOn(sessions, 'endAll')
    .mockResolvedValueOnce(0)
    .mockRejectedValueOnce(new UnavailableError());
  const input = { currentPassword: OLD, newPassword: NEW };
  await ownAccount.changePassword(caller, input, HERE.address);
  expect(await sessions.authenticate(other.token, HERE.address)).not.toBeNull();
  await vi.waitUntil(
    async () => (await sessions.authenticate(other.token, HERE.address)) === null,
    10_000,
  );
  expect(revoke).toHaveBeenCalledTimes(3);
});

test('a new password that cannot be stored has ended the other sessions already', async () => {
  const { caller } = await registered();
  const other = await login(OLD);
  vi.spyOn(store.accounts, 'replacePasswordHash').mockRejectedValueOnce(new Error('The end.'));
  const change = () =>
    ownAccount.changePassword(caller, { currentPassword: OLD, newPassword: NEW }, HERE.address);
  await expect(change()).rejects.toThrow('The end.');
  expect(await sessions.authenticate(other.token, HERE.address)).toBeNull();
  await change();
});

test('a deletion that is cut off before the account goes has deleted the rest, and can be repeated', async () => {
  const { account, caller } = await registered();
  const forgotten: string[] = [];
  ownAccount.onDeleted(async ({ id }) => void forgotten.push(id));
  vi.spyOn(store.accounts, 'delete').mockRejectedValueOnce(new Error('The end.'));
  const remove = () => ownAccount.delete(caller, { password: OLD }, HERE.address);
  await expect(remove()).rejects.toThrow('The end.');
  expect(forgotten).toEqual([account.id]);
  expect(await remove()).toBe(account.id);
  expect(forgotten).toEqual([account.id, account.id, account.id]);
  await expect(login(OLD)).rejects.toThrow(BadCredentialsError);
});

test('a new name that could not be told is told later, as it is then', async () => {
  const { caller } = await registered();
  const told: string[] = [];
  let away = true;
  ownAccount.onRenamed(({ name }) => {
    if (away) throw new UnavailableError();
    told.push(name);
  });
  await ownAccount.updateProfile(caller, { name: 'Anne' });
  away = false;
  await ownAccount.updateProfile(caller, { name: 'Anna' });
  await vi.waitUntil(() => told.length === 2, 10_000);
  expect(told).toEqual(['Anna', 'Anna']);
});
