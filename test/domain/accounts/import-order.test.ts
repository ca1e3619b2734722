import bcrypt from 'bcryptjs';
import { expect, test } from 'vitest';
import type { Account } from '../../../src/domain/accounts/account.ts';
import { AccountImport } from '../../../src/domain/accounts/account-import.ts';
import type { OneTimeTokens } from '../../../src/domain/accounts/one-time-tokens.ts';
import type { AccountStore, SessionStore } from '../../../src/domain/accounts/ports.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { UnavailableError } from '../../../src/domain/errors.ts';

const NEW = bcrypt.hashSync('new', 4);
const GIVEN = { id: 'ann', name: 'Ann', email: 'ann@example.com', passwordHash: NEW };

/** An import in which one step fails, and who is signed in with the old password. */
function importThatFailsAt(failing: number) {
  let steps = 0;
  const step = async () => {
    steps += 1;
    if (steps === failing) throw new UnavailableError();
  };
  let account: Account = {
    ...{ ...GIVEN, passwordHash: 'old', emailVerified: false, createdAt: new Date() },
    ...{ disabledAt: null, guestOf: null, identity: null },
  };
  const signedIn = new Set(['old session']);
  const accounts: Partial<AccountStore> = {
    findById: async () => account,
    async update(_id, change) {
      await step();
      account = { ...account, ...change };
      return account;
    },
  };
  const sessions: Partial<SessionStore> = {
    async deleteByAccount() {
      await step();
      signedIn.clear();
      return [];
    },
  };
  const importing = new AccountImport({
    accounts: accounts as AccountStore,
    sessions: sessions as SessionStore,
    oneTimeTokens: { revokeAll: step } as unknown as OneTimeTokens,
    clock: systemClock,
    limits: { importedBcryptCost: 12, importedHashMib: 64, importedHashPasses: 10 },
    scrypt: { cost: 16_384, blockSize: 8, parallelization: 1 },
    update: true,
  });
  return { importing, signedIn, steps: () => steps };
}

test('an import that is repeated after it failed at any step leaves nobody in with the old password', async () => {
  for (let failing = 1; failing <= 5; failing += 1) {
    const { importing, signedIn, steps } = importThatFailsAt(failing);
    await expect(importing.take(GIVEN)).rejects.toThrow(UnavailableError);
    expect(steps()).toBe(failing);
    await importing.take(GIVEN);
    expect([...signedIn]).toEqual([]);
  }
});
