import { describe } from 'vitest';
import { accountsSuite } from '../kit/accounts-suite.ts';
import { startServer } from '../kit/server.ts';

describe('accounts in SQLite', () => {
  accountsSuite((env) => startServer({ env }));
});
