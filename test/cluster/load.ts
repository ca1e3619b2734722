import { expect } from 'vitest';
import { expectOneComingAndGoing, judge, type Ledger } from '../faults/judge.ts';
import { SdkTalker } from '../faults/talkers.ts';
import type { Cluster } from '../kit/cluster.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, register } from '../kit/people.ts';
import { pace, until } from '../kit/waiting.ts';

const SEATS = 4;
/** Each talker sends one signal in this time: a room's tail then holds 25 seconds. */
const SEND_EVERY_MS = 200;
const BACK_MS = 60_000;

/** Rooms of people who talk all the time through the balancer, as the SDK does, and all that came of it. */
export class Load {
  readonly talkers: SdkTalker[];
  readonly #cluster: Cluster;
  readonly #rooms: { readonly id: string; readonly talkers: SdkTalker[] }[];
  readonly #visitor: Person;
  readonly #ledger: Ledger = new Map();
  readonly #stays: Map<SdkTalker, string>;
  #sent = 0;

  private constructor(cluster: Cluster, rooms: Load['rooms'], visitor: Person) {
    this.#cluster = cluster;
    this.#rooms = rooms;
    this.#visitor = visitor;
    this.talkers = rooms.flatMap(({ talkers }) => talkers);
    this.#stays = new Map(this.talkers.map((talker) => [talker, talker.id]));
  }

  get rooms() {
    return this.#rooms;
  }

  static async start(cluster: Cluster, rooms: number, random: () => number): Promise<Load> {
    const people = await Promise.all(
      Array.from({ length: SEATS + 1 }, (_, seat) =>
        register(cluster.graphqlUrl, `Person ${seat}`),
      ),
    );
    const [visitor, ...guests] = people;
    const [host] = guests;
    if (visitor === undefined || host === undefined) throw new Error('There is nobody.');
    const made = await Promise.all(
      Array.from({ length: rooms }, async (_, room) => {
        const { id } = await createRoom(cluster.graphqlUrl, host);
        const talkers = guests.map(
          (person, seat) => new SdkTalker(`${room}.${seat}`, person, cluster.socketUrl, random),
        );
        for (const talker of talkers) await talker.join(id);
        return { id, talkers };
      }),
    );
    return new Load(cluster, made, visitor);
  }

  /** Everybody talks while `fault` does its harm, and for a second more. Nothing is lost, repeated or reordered. */
  async during(fault: () => Promise<void>): Promise<void> {
    let over = false;
    const talking = Promise.all(
      this.#rooms.flatMap(({ talkers }) =>
        talkers.map((talker) => this.#talk(talker, talkers, () => over)),
      ),
    );
    await pace(1000);
    await fault().finally(() => {
      over = true;
    });
    await talking;
    await this.#expectWhole();
  }

  /** Everybody leaves, one after the other: each is seen to leave once, and nobody is left behind. */
  async end(): Promise<void> {
    await Promise.all(this.#rooms.map((room) => this.#leave(room.id, room.talkers)));
  }

  async #talk(talker: SdkTalker, talkers: SdkTalker[], isOver: () => boolean): Promise<void> {
    const others = talkers.filter((other) => other !== talker);
    const answers: Promise<void>[] = [];
    let lastRound = false;
    for (let index = 0; !lastRound; index += 1) {
      lastRound = isOver();
      const to = others[index % others.length];
      if (to === undefined) return;
      this.#sent += 1;
      const sdp = `${talker.name} ${this.#sent}`;
      const lane = `${talker.name} → ${to.name}`;
      const sent = this.#ledger.get(lane) ?? [];
      this.#ledger.set(lane, sent);
      sent.push(sdp);
      // A send that is refused for good fails the test: nothing here gives a reason for it.
      answers.push(talker.send(to.id, sdp));
      await pace(SEND_EVERY_MS);
    }
    await Promise.all(answers);
  }

  async #expectWhole(): Promise<void> {
    await until(
      () => this.talkers.every(({ connected }) => connected),
      () =>
        `everybody to be back; away: ${this.talkers
          .filter(({ connected }) => !connected)
          .map(({ name, end, link }) => `${name} ${link?.state} ${end ?? ''}`)}`,
      BACK_MS,
    );
    const verdict = () => judge(this.talkers, this.#ledger, false);
    await until(
      () => verdict().lost === 0,
      () => `every signal: ${JSON.stringify(verdict())}`,
      BACK_MS,
    );
    const found = verdict();
    process.stdout.write(`${JSON.stringify({ sent: this.#sent, ...found })}\n`);
    expect(found).toMatchObject({ lost: 0, repeated: 0, reordered: 0, unrecovered: 0 });
    for (const [talker, stay] of this.#stays) expect(talker.id, talker.name).toBe(stay);
  }

  /** Whether somebody who comes finds nobody. A node that is not ready yet, after a fault, is no answer. */
  async #isEmpty(roomId: string): Promise<boolean> {
    const visitor = new Participant(this.#cluster.socketUrl, this.#visitor);
    try {
      await visitor.join({ roomId });
      return visitor.snapshot.participants.length === 0;
    } catch {
      return false;
    } finally {
      await visitor.dispose();
    }
  }

  async #leave(roomId: string, talkers: SdkTalker[]): Promise<void> {
    const ids = talkers.map(({ id }) => id);
    for (const [seat, talker] of talkers.entries()) {
      await talker.leave();
      await until(
        () =>
          talkers
            .slice(seat + 1)
            .every(({ events }) =>
              events.some(
                (event) =>
                  event.__typename === 'ParticipantLeft' && event.participant.id === ids[seat],
              ),
            ),
        `the leaving of ${talker.name}`,
      );
    }
    const left = talkers.map((reader, seat) => ({ reader, stays: ids.slice(0, seat) }));
    expectOneComingAndGoing(talkers, left);
    await until(() => this.#isEmpty(roomId), 'an empty room', BACK_MS);
  }
}
