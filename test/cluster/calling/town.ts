import { mutate, type Outcome } from '../../kit/mutate.ts';
import { Participant } from '../../kit/participant.ts';
import type { Person } from '../../kit/people.ts';
import { registerReachable } from '../../kit/phone.ts';
import { pace } from '../../kit/waiting.ts';
import { Handset } from './handset.ts';

/** How long a client waits for an answer before it asks again, in milliseconds. */
const ANSWER_MS = 10_000;
const KEYS = ['phone', 'laptop'];

/** When it was decided that a call does not ring any more: for one user, or, with null, for everybody. */
export interface Decision {
  readonly callId: string;
  readonly userId: string | null;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Somebody with two devices. */
export interface Neighbour {
  readonly person: Person;
  readonly handsets: readonly Handset[];
  /** The call that they have begun last. */
  calling: string | null;
}

/** Where a cluster is reached; a fault may change it. */
export interface Address {
  readonly graphqlUrl: () => string;
  readonly socketUrl: () => string;
}

/** People who ring each other at random, and what they were answered. */
export class Town {
  readonly neighbours: Neighbour[] = [];
  /** By call and user: the clients that were told that they have answered. */
  readonly answers = new Map<string, Set<string>>();
  readonly decisions: Decision[] = [];
  /** The calls whose making was answered: when that was asked. */
  readonly made = new Map<string, number>();
  acts = 0;
  readonly #at: Address;
  readonly #random: () => number;
  readonly #rooms = new Set<Promise<void>>();

  private constructor(at: Address, random: () => number) {
    this.#at = at;
    this.#random = random;
  }

  static async open(people: number, at: Address, random: () => number): Promise<Town> {
    const town = new Town(at, random);
    for (let n = 0; n < people; n += 1) {
      const person = await registerReachable(at.graphqlUrl(), `Person ${n}`);
      // Half of them let a second call knock.
      const input = { callWaiting: n % 2 === 0 };
      await mutate(at.graphqlUrl(), 'updateReachability', input, '__typename', person.headers);
      const handsets = KEYS.map((key) => new Handset(at.socketUrl, person, key));
      town.neighbours.push({ person, handsets, calling: null });
    }
    return town;
  }

  get handsets(): Handset[] {
    return this.neighbours.flatMap(({ handsets }) => handsets);
  }

  /** Lets everybody do things as long as `goesOn` says so. */
  async live(goesOn: () => boolean): Promise<void> {
    await Promise.all(
      this.neighbours.map(async (one) => {
        while (goesOn()) {
          await pace(50 + this.#random() * 700);
          await this.#act(one);
          this.acts += 1;
        }
      }),
    );
    await Promise.all(this.#rooms);
  }

  async close(): Promise<void> {
    await Promise.all(this.handsets.map((handset) => handset.stop()));
  }

  async #act(one: Neighbour): Promise<void> {
    const chance = this.#random();
    const handset = this.#pick(one.handsets);
    if (chance < 0.04) return handset.lose(this.#random() * 3000);
    const [ringing] = handset.rings;
    if (ringing !== undefined) return this.#answer(one, ringing, chance);
    if (one.calling !== null && chance < 0.4) {
      const callId = one.calling;
      one.calling = null;
      await this.#decide(one.person, 'cancelCall', { callId }, null);
      return;
    }
    await this.#ring(one, chance);
  }

  async #ring(one: Neighbour, chance: number): Promise<void> {
    const others = this.neighbours.filter((other) => other !== one);
    const first = this.#pick(others);
    const second = this.#pick(others);
    const several = chance > 0.85 && first !== second ? [first, second] : [first];
    const userIds = several.map(({ person }) => person.accountId);
    const ringId = String(this.#random());
    const askedAt = performance.now();
    const outcome = await this.#ask(one.person, 'ring', { userIds, ringId }, 'call { id state }');
    const call = outcome?.call as { id: string; state: string } | undefined;
    if (call === undefined) return;
    this.made.set(call.id, askedAt);
    one.calling = call.state === 'RINGING' ? call.id : null;
  }

  async #answer(one: Neighbour, callId: string, chance: number): Promise<void> {
    const { person } = one;
    if (chance < 0.3) return pace(this.#random() * 1000);
    if (chance < 0.5) {
      await this.#decide(person, 'declineCall', { callId }, person.accountId);
      return;
    }
    // One time in three both devices try at once.
    const keys = chance > 0.83 ? KEYS : [this.#pick(KEYS)];
    await Promise.all(keys.map((key) => this.#accept(person, callId, key)));
  }

  async #accept(person: Person, callId: string, clientKey: string): Promise<void> {
    const outcome = await this.#decide(
      person,
      'acceptCall',
      { callId, clientKey },
      person.accountId,
    );
    if (outcome?.__typename !== 'AcceptCallSuccess') return;
    const name = `${callId} ${person.accountId}`;
    this.answers.set(name, (this.answers.get(name) ?? new Set()).add(clientKey));
    const call = outcome.call as { room: { id: string } };
    // Whoever has answered enters the room for a while, or the call is abandoned.
    if (this.#random() < 0.6) {
      const visit = this.#visit(person, call.room.id, clientKey).finally(() =>
        this.#rooms.delete(visit),
      );
      this.#rooms.add(visit);
    }
  }

  async #visit(person: Person, roomId: string, clientKey: string): Promise<void> {
    const participant = new Participant(this.#at.socketUrl(), person);
    try {
      await participant.join({ roomId, clientKey });
      await pace(this.#random() * 2000);
      participant.unsubscribe();
    } catch {
      // The node has gone, or the call has ended: the room is left to the server.
    } finally {
      await participant.dispose();
    }
  }

  /** Asks for something that ends a ring, and notes when it was decided. */
  async #decide(
    person: Person,
    name: string,
    input: { readonly callId: string; readonly clientKey?: string },
    userId: string | null,
  ): Promise<Outcome | null> {
    const askedAt = performance.now();
    const outcome = await this.#ask(person, name, input, 'call { id room { id } }');
    if (outcome?.__typename.endsWith('Success')) {
      const { callId } = input;
      this.decisions.push({ callId, userId, askedAt, answeredAt: performance.now() });
    }
    return outcome;
  }

  /** Asks again once if there was no answer, as a client does; null: there was none. */
  async #ask(
    { headers }: Person,
    name: string,
    input: object,
    fields: string,
  ): Promise<Outcome | null> {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const asked = mutate(this.#at.graphqlUrl(), name, input, fields, headers).catch(() => null);
      const outcome = await Promise.race([asked, pace(ANSWER_MS).then(() => null)]);
      if (outcome !== null) return outcome;
    }
    return null;
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.#random() * from.length)];
    if (picked === undefined) throw new Error('There is nothing to choose from.');
    return picked;
  }
}
