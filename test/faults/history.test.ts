import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { buildServer, ServerProcess } from '../kit/server-process.ts';
import { pace } from '../kit/waiting.ts';
import { startBudget } from './history/budget.ts';
import { House } from './history/house.ts';

/** After so many everything is looked at, and begins anew. */
const A_ROUND = 25_000;
const ROOMS = 40;
const GRACE_SECONDS = '10';
const CI_SECONDS = 60;

let main: string;
let server: ServerProcess;
const env = {
  GRACE_SECONDS,
  SIGNALS_PER_SECOND: '100000',
  SIGNAL_BURST: '100000',
  CHAT_BURST: '100000',
  CHAT_PER_SECOND: '100000',
  SOCKETS_PER_USER: '1000',
  SOCKETS_PER_ADDRESS: '10000',
  PREPARING_MS_PER_SECOND: '1000',
};

beforeAll(async () => {
  main = await buildServer();
  server = await ServerProcess.start(main, env);
});
afterAll(() => server?.close());

test('whatever clients do and whatever befalls one server, what it promises holds', async () => {
  const random = seededRandom(seedOfRun('history of one server'));
  const people = await House.people(server.graphqlUrl);
  const budget = startBudget(CI_SECONDS);
  let done = 0;
  while (!budget.isSpent(done)) {
    const house = await House.open({
      rooms: ROOMS,
      people,
      random,
      graphqlUrl: () => server.graphqlUrl,
      socketUrl: () => server.socketUrl,
    });
    let over = false;
    const weather = (async () => {
      while (!over) {
        await pace(500 + random() * 3000);
        if (over) break;
        if (random() < 0.15) {
          await server.kill('SIGKILL');
          await pace(random() * 500);
          server = await ServerProcess.start(main, env, server);
        } else {
          server.freeze();
          await pace(random() * 1500);
          server.thaw();
        }
      }
    })();
    const lived = house
      .live((count) => count < A_ROUND && !budget.isSpent(done + count))
      .finally(() => {
        over = true;
      });
    await Promise.all([lived, weather]);
    const found = (await house.judge()).slice(0, 10);
    const left = await house.close();
    expect(found, found.join('\n')).toEqual([]);
    expect(left).toEqual([]);
    done += house.operations;
    process.stdout.write(`${done} operations in ${budget.seconds()} s\n`);
  }
}, 36_000_000);
