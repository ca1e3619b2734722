import { describe } from 'vitest';
import { devServerSuite } from '../kit/dev-server-suite.ts';
import { startFastify, startVite } from '../kit/dev-servers.ts';

// Next.js is not one of this project's packages: test/package/next.test.ts.

describe('behind Vite', () => devServerSuite(startVite, (url) => ({ PUBLIC_URL: url })));
describe('behind Fastify', () => devServerSuite(startFastify, () => ({ TRUST_PROXY: 'loopback' })));
