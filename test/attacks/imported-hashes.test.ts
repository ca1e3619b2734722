import { expect } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { register } from '../kit/people.ts';
import { attacks } from './attack.ts';
import type { AttackedServer } from './attacked-server.ts';
import { asStranger } from './both-ways.ts';

/** About a second of work, and close to what an import takes at most. No password matches it. */
const DEAR = `$2b$13$${'a'.repeat(53)}`;
const VICTIMS = 16;

let imports = 0;

async function signIn(server: AttackedServer, email: string, password: string) {
  const began = performance.now();
  const input = { email, password, delivery: 'BEARER' };
  const outcome = await mutate(server.graphqlUrl, 'login', input, 'token', asStranger());
  return { type: outcome.__typename, ms: performance.now() - began };
}

attacks({ PASSWORD_QUEUE: '8' }, (attack) => {
  attack('sign-ins to many accounts whose hashes are dear', async (server) => {
    const ann = await register(server.graphqlUrl, 'Ann');
    server.keepsSecret(ann.token, ann.password, DEAR);
    imports += 1;
    const victims = Array.from({ length: VICTIMS }, (_, index) => ({
      id: `${imports}-${index}`,
      name: 'Victim',
      email: `victim-${imports}-${index}@example.com`,
      passwordHash: DEAR,
    }));
    await server.importUsers(victims);
    const flood = Promise.all(victims.map(({ email }) => signIn(server, email, 'a guess')));
    let over = false;
    void flood.then(() => {
      over = true;
    });
    const own: number[] = [];
    while (!over) {
      const { type, ms } = await signIn(server, ann.email, ann.password);
      expect(type).toBe('LoginSuccess');
      own.push(ms);
    }
    const guesses = await flood;
    const tried = guesses.filter(({ type }) => type === 'BadCredentialsError');
    const refused = guesses.filter(({ type }) => type === 'RateLimitedError');
    expect(tried.length + refused.length).toBe(VICTIMS);
    // Those in the queue, and those that were tried meanwhile.
    expect(refused.length).toBeGreaterThan(0);
    const last = Math.max(...tried.map(({ ms }) => ms));
    const longest = Math.max(...own);
    // Behind one of them at most, and not behind all of the queue.
    expect(longest).toBeLessThan(last / 2);
    return `${tried.length} tries, the last after ${last.toFixed(0)} ms, and ${refused.length} RateLimitedError; an owner of another account signed in ${own.length} times, in ${longest.toFixed(0)} ms at most`;
  });
});
