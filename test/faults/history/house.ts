import { createRoom, type Person, register } from '../../kit/people.ts';
import { pace, until } from '../../kit/waiting.ts';
import { Actor } from './actor.ts';
import { Ledger } from './ledger.ts';
import { Line } from './line.ts';
import { PARTICIPANT, type Shown } from './reader.ts';

const SEATS = 5;
const PEOPLE = 17;
/** From the people of one room to those of the next: neighbours share some. */
const STRIDE = 3;
const HEAL_MS = 90_000;
const EMPTY_MS = 60_000;

export interface HouseOptions {
  readonly rooms: number;
  /** Who comes and goes: each of them in many rooms at once. */
  readonly people: readonly Person[];
  readonly random: () => number;
  /** Where an operation over HTTP goes; it works while no fault does harm. */
  readonly graphqlUrl: () => string;
  /** Where the next socket goes. */
  readonly socketUrl: () => string;
}

interface Place {
  readonly id: string;
  readonly ledger: Ledger;
  readonly actors: readonly Actor[];
}

/** Rooms full of people who do what comes to mind, and what came of it. */
export class House {
  readonly #options: HouseOptions;
  readonly #places: readonly Place[];
  readonly #visitor: Person;

  private constructor(options: HouseOptions, places: readonly Place[], visitor: Person) {
    this.#options = options;
    this.#places = places;
    this.#visitor = visitor;
  }

  /** Those who come and go in one house after the other. */
  static people(graphqlUrl: string): Promise<Person[]> {
    return Promise.all(
      Array.from({ length: PEOPLE }, (_, number) => register(graphqlUrl, `P${number}`)),
    );
  }

  static async open(options: HouseOptions): Promise<House> {
    const { graphqlUrl, socketUrl: url, random } = options;
    const visitor = await register(graphqlUrl(), 'Visitor');
    const places: Place[] = [];
    for (let room = 0; room < options.rooms; room += 1) {
      const { id } = await createRoom(graphqlUrl(), visitor, { capacity: SEATS + 1 });
      const ledger = new Ledger();
      const actors = Array.from({ length: SEATS }, (_, seat) => {
        const person = options.people[(room * STRIDE + seat) % options.people.length] as Person;
        return new Actor({ name: `R${room}x${seat}`, person, roomId: id, ledger, random, url });
      });
      places.push({ id, ledger, actors });
    }
    return new House(options, places, visitor);
  }

  get operations(): number {
    return this.#actors().reduce((sum, { operations }) => sum + operations, 0);
  }

  /** Everybody does one thing after the other, as long as they are to go on after so many, and comes to rest. */
  async live(goesOn: (operations: number) => boolean): Promise<void> {
    await Promise.all(
      this.#actors().map(async (actor) => {
        while (goesOn(this.operations)) {
          await actor.step();
          if (this.#options.random() < 0.02) await pace(this.#options.random() * 50);
        }
      }),
    );
  }

  /** All that is wrong once faults are over: in what was told, and in what those who are in see of each other. */
  async judge(): Promise<string[]> {
    await within(HEAL_MS, Promise.all(this.#actors().map((actor) => actor.settle())));
    let over = false;
    const ended: string[] = [];
    const keeping = this.#actors().map(async (actor) => {
      while (!over) {
        if (actor.wasEnded) ended.push(`a stay was ended:\n${actor.trace.join('\n')}`);
        await within(HEAL_MS, actor.settle());
        await pace(100);
      }
    });
    const judging = Promise.all(this.#places.map((place) => this.#judgeOne(place))).finally(() => {
      over = true;
    });
    const [wrong] = await Promise.all([judging, ...keeping]);
    return [...wrong.flat(), ...ended];
  }

  /** Everybody leaves; answers what is left behind. */
  async close(): Promise<string[]> {
    await Promise.all(this.#actors().map((actor) => actor.leave(this.#options.random() < 0.5)));
    const left = await Promise.all(
      this.#places.map(async ({ id }) => {
        let shown: readonly Shown[] = [];
        const isEmpty = async () => {
          const looked = await this.#look(id).catch(() => null);
          shown = looked ?? shown;
          return looked?.length === 0;
        };
        await until(isEmpty, `room ${id} to be empty`, EMPTY_MS).catch(() => {});
        return shown.map((one) => `${one.user.name} was left in ${id}, ${one.connection}`);
      }),
    );
    return left.flat();
  }

  async #judgeOne({ id, ledger, actors }: Place): Promise<string[]> {
    // Whoever hears of it has heard of all before.
    const marks: string[] = [];
    for (const [index, actor] of actors.entries()) {
      const text = `mark ${index} ${ledger.sent.length}`;
      const said = await actor.say(text);
      if (said?.outcome === 'accepted') marks.push(text);
    }
    const hasAll = (actor: Actor, own: number) =>
      marks.every((text) => text.startsWith(`mark ${own} `) || actor.reader?.said.has(text));
    const missing: string[] = [];
    await until(() => actors.every(hasAll), 'marks', HEAL_MS).catch(() => {
      const without = actors.filter((one, own) => !hasAll(one, own));
      missing.push(...without.map(({ trace }) => `${id}: no mark\n${trace.join('\n')}`));
    });
    const away = ({ connection }: Shown) => connection !== 'CONNECTED';
    let shown: readonly Shown[] = [];
    const views = () => actors.flatMap(({ reader }) => (reader === null ? [] : [reader]));
    const agree = async () => {
      // A socket that is lost tells nothing of who is in.
      const looked = await this.#look(id).catch(() => null);
      if (looked === null) return false;
      shown = looked;
      const wanted = textOf(shown);
      return (
        !shown.some(away) && views().every(({ view }) => textOf([...view.values()]) === wanted)
      );
    };
    const different: string[] = [];
    await until(agree, 'one view', EMPTY_MS).catch(() => {
      for (const { name, view } of views()) {
        const own = textOf([...view.values()]);
        if (own !== textOf(shown)) different.push(`${name} sees ${own}, not ${textOf(shown)}`);
      }
      different.push(...shown.filter(away).map((one) => `${one.user.name} is ${one.connection}`));
    });
    return [...missing, ...different, ...ledger.verdict()];
  }

  /** Who is in a room, as the server says. */
  async #look(roomId: string): Promise<readonly Shown[]> {
    const line = await Line.open(this.#options.socketUrl(), this.#visitor.token);
    try {
      return await new Promise((resolve, reject) => {
        line.onLost(() => reject(new Error('lost')));
        line.run(QUERY, { id: roomId }).then(({ room }) => {
          resolve((room as unknown as { participants: Shown[] } | undefined)?.participants ?? []);
        }, reject);
      });
    } finally {
      line.close();
    }
  }

  #actors(): Actor[] {
    return this.#places.flatMap(({ actors }) => actors);
  }
}

const QUERY = `query ($id: ID!) { room(id: $id) { participants { ${PARTICIPANT} } } }`;

function textOf(shown: readonly Shown[]): string {
  return JSON.stringify(shown.toSorted((one, other) => (one.id < other.id ? -1 : 1)));
}

async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`Not done within ${ms} ms.`)), ms).unref();
  });
  return Promise.race([work, late]);
}
