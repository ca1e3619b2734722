import { afterAll, beforeAll, expect, test } from 'vitest';
import { FaultyNetwork, type Link } from '../kit/faulty-network.ts';
import { LONG } from '../kit/long.ts';
import { createRoom, type Person, register } from '../kit/people.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { pace, until } from '../kit/waiting.ts';
import {
  expectOneComingAndGoing,
  expectRepeatsOnlyAcrossResumes,
  judge,
  type Ledger,
} from './judge.ts';
import { SdkTalker, StockTalker, type Talker } from './talkers.ts';

const ROOMS = 50;
const SEATS = 4;
const SIGNALS = LONG ? 200 : 80;
/** Each is in ten rooms at once, by a socket each. */
const PEOPLE = 20;
/** Each participant sends one signal in this time: a room's tail then holds ten seconds. */
const SEND_EVERY_MS = 80;
const FAULTS = LONG ? 500 : 200;
/** Other faults are over before a client notices, or meet one that is away already. */
const RESUMES_AT_LEAST = 0.4 * FAULTS;

let server: TestServer;
let people: Person[];

beforeAll(async () => {
  // All come from one address here, and few people are in many rooms; the rest is as it is by default.
  server = await startServer({ env: { SOCKETS_PER_ADDRESS: '10000', SOCKETS_PER_USER: '1000' } });
  people = await Promise.all(
    Array.from({ length: PEOPLE }, (_, index) => register(server.graphqlUrl, `Person ${index}`)),
  );
});

afterAll(() => server.close());

/** Does harm to connections at random, evenly over the signals that are sent, however fast that goes. */
class Storm {
  readonly faults: Promise<void>[] = [];
  #sent = 0;

  constructor(
    readonly network: FaultyNetwork,
    readonly random: () => number,
  ) {}

  /** One more signal is sent. */
  sent(): void {
    this.#sent += 1;
    if (this.faults.length >= (this.#sent / (ROOMS * SEATS * SIGNALS)) * FAULTS) return;
    const links = [...this.network.links];
    const link = links[Math.floor(this.random() * links.length)];
    if (link !== undefined) this.faults.push(harmOne(link, this.random));
  }
}

async function harmOne(link: Link, random: () => number): Promise<void> {
  const kind = random();
  if (kind < 0.4) {
    link.cut();
  } else if (kind < 0.8) {
    // What is under way is swallowed in both directions before anybody knows.
    link.silence();
    await pace(random() * 400);
    link.cut();
  } else if (kind < 0.9) {
    link.stall();
    await pace(random() * 1000);
    link.flow();
  } else if (kind < 0.95) {
    await link.duplicate(random() * 400);
  } else {
    link.delay(random() * 60);
    await pace(random() * 500);
    link.delay(0);
  }
}

async function storm(
  what: string,
  makeTalker: (name: string, person: Person, socketUrl: string, random: () => number) => Talker,
): Promise<{ talkers: Talker[]; ledger: Ledger; faults: number; cutOffs: number }> {
  const random = seededRandom(seedOfRun(what));
  const network = await FaultyNetwork.start(server.url);
  const ledger: Ledger = new Map();
  const rooms: Talker[][] = [];
  await Promise.all(
    Array.from({ length: ROOMS }, async (_, room) => {
      const guests = Array.from({ length: SEATS }, (_, seat) => {
        const person = people[(room * SEATS + seat) % PEOPLE];
        if (person === undefined) throw new Error('There are too few people.');
        return person;
      });
      const [host] = guests;
      if (host === undefined) return;
      const { id } = await createRoom(server.graphqlUrl, host);
      const talkers = guests.map((person, seat) =>
        makeTalker(`${room}.${seat}`, person, network.socketUrl, random),
      );
      rooms[room] = talkers;
      for (const talker of talkers) await talker.join(id);
    }),
  );

  const weather = new Storm(network, random);
  await Promise.all(
    rooms.flatMap((talkers) =>
      talkers.map(async (talker) => {
        const others = talkers.filter((other) => other !== talker);
        const answers: Promise<void>[] = [];
        for (let index = 0; index < SIGNALS; index += 1) {
          const to = others[index % others.length];
          if (to === undefined) continue;
          const sdp = `${talker.name} ${index}`;
          const lane = `${talker.name} → ${to.name}`;
          const sent = ledger.get(lane) ?? [];
          ledger.set(lane, sent);
          sent.push(sdp);
          const answer = talker.send(to.id, sdp);
          weather.sent();
          // The SDK keeps the order of what is under way by itself; for a stock client each answer is waited for.
          if (talker instanceof SdkTalker) answers.push(answer);
          else await answer;
          // From one to the next, not by a plan: a machine that was busy must not catch up in a burst.
          await pace(SEND_EVERY_MS);
        }
        await Promise.all(answers);
      }),
    ),
  );
  await Promise.all(weather.faults);
  const faults = weather.faults.length;

  const talkers = rooms.flat();
  const total = talkers.length * SIGNALS;
  await until(
    () => {
      const verdict = judge(talkers, ledger, true);
      return verdict.lost === 0 && verdict.received >= total;
    },
    () => `every signal: ${JSON.stringify(judge(talkers, ledger, true))}`,
    30_000,
  );
  await until(() => talkers.every(({ connected }) => connected), 'everybody to be connected');
  await expectOrderlyLeaving(rooms);
  const cutOffs = network.carried - talkers.length;
  await network.close();
  return { talkers, ledger, faults, cutOffs };
}

/** One after the other leaves; those who stay hear of each once. */
async function expectOrderlyLeaving(rooms: Talker[][]): Promise<void> {
  await Promise.all(
    rooms.map(async (talkers) => {
      const ids = talkers.map(({ id }) => id);
      for (const [seat, talker] of talkers.entries()) {
        const heard = (reader: Talker) =>
          reader.events.some(
            (event) => event.__typename === 'ParticipantLeft' && event.participant.id === ids[seat],
          );
        await talker.leave();
        await until(() => talkers.slice(seat + 1).every(heard), `the leaving of ${talker.name}`);
      }
      const left = talkers.map((reader, seat) => ({ reader, stays: ids.slice(0, seat) }));
      expectOneComingAndGoing(talkers, left);
    }),
  );
  await until(
    () => server.app.usage().sockets === 0 && server.app.usage().rooms === 0,
    () => `empty maps: ${JSON.stringify(server.app.usage())}`,
  );
}

test('the SDK: nothing lost, nothing repeated, nothing out of order, through hundreds of cuts', async () => {
  const { talkers, ledger, faults, cutOffs } = await storm(
    'storm with the SDK',
    (...args) => new SdkTalker(...args),
  );
  const verdict = judge(talkers, ledger, false);
  process.stdout.write(`${JSON.stringify({ faults, cutOffs, ...verdict })}\n`);
  expect(verdict).toMatchObject({ lost: 0, repeated: 0, reordered: 0, unrecovered: 0 });
  expect(verdict.received).toBe(ROOMS * SEATS * SIGNALS);
  expect(verdict.resumes).toBeGreaterThan(RESUMES_AT_LEAST);
});

test('stock clients: nothing lost or out of order, repeats only across a resume', async () => {
  const { talkers, ledger, faults, cutOffs } = await storm(
    'storm with stock clients',
    (...args) => new StockTalker(...args),
  );
  const raw = judge(talkers, ledger, false);
  const verdict = judge(talkers, ledger, true);
  process.stdout.write(
    `${JSON.stringify({ faults, cutOffs, repeats: raw.repeated, ...verdict })}\n`,
  );
  expect(verdict).toMatchObject({ lost: 0, repeated: 0, reordered: 0, unrecovered: 0 });
  expect(raw.reordered).toBe(0);
  expectRepeatsOnlyAcrossResumes(talkers);
  expect(verdict.resumes).toBeGreaterThan(RESUMES_AT_LEAST);
});
