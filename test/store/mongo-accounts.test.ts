import { afterAll, beforeAll, describe } from 'vitest';
import { accountsSuite } from '../kit/accounts-suite.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { startServer } from '../kit/server.ts';

const binary = findMongod();

describe.skipIf(binary === null)('accounts in MongoDB', () => {
  let mongod: Mongod;
  beforeAll(async () => {
    mongod = await Mongod.start(binary ?? '');
  }, 30_000);
  afterAll(() => mongod.dispose());

  accountsSuite((env) => startServer({ env: { ...env, MONGO_URI: mongod.uri('accounts') } }));
});
