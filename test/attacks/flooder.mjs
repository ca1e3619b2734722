// Sign-ins at a steady pace, whatever becomes of them, in a process of its own and of the lowest priority: an attacker
// has other machines than the server's, so what sends them must not be what slows the server down. Says how many
// hashes a second one core makes, floods whenever told how many sign-ins a second and for how long, and reports the
// answers by type with how long each took, in milliseconds.
import { Agent, request } from 'node:http';
import { constants, setPriority } from 'node:os';
import { setTimeout as pass } from 'node:timers/promises';
import { hash } from '@node-rs/argon2';

const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const LOGIN = `mutation Login($input: LoginInput!) { login(input: $input) { __typename } }`;

let number = 0;

async function hashesPerSecond() {
  const times = [];
  for (let i = 0; i < 15; i += 1) {
    const began = performance.now();
    await hash('a password', ARGON2ID);
    times.push(performance.now() - began);
  }
  return 1000 / Math.min(...times);
}

function signIn(url, agent, answers) {
  number += 1;
  const input = { email: `flood-${number}@example.com`, password: 'x', delivery: 'BEARER' };
  const body = JSON.stringify({ query: LOGIN, variables: { input } });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    // Each is of an address of its own, as the trusted proxy says.
    'x-forwarded-for': `10.9.${(number >> 8) & 255}.${number & 255}`,
  };
  const began = performance.now();
  return new Promise((resolve) => {
    const end = (type) => {
      const times = answers[type] ?? [];
      answers[type] = times;
      times.push(performance.now() - began);
      resolve();
    };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => end(/"__typename":"(\w+)"/.exec(text)?.[1] ?? text));
    });
    sent.on('error', (error) => end(error.code ?? error.message));
    sent.end(body);
  });
}

process.on('disconnect', () => process.exit(0));
process.on('message', async ({ url, perSecond, seconds }) => {
  const answers = {};
  // Of this flood alone: by the next one the server may have closed what was idle.
  const agent = new Agent({ keepAlive: true });
  const start = performance.now();
  const asking = [];
  for (let i = 0; i < perSecond * seconds; i += 1) {
    const waitMs = start + (i / perSecond) * 1000 - performance.now();
    if (waitMs > 0) await pass(waitMs);
    asking.push(signIn(url, agent, answers));
  }
  await Promise.all(asking);
  agent.destroy();
  process.send({ answers });
});

const capacity = await hashesPerSecond();
setPriority(constants.priority.PRIORITY_LOW);
process.send({ hashesPerSecond: capacity });
