import { Samples } from '../../harness/statistics.ts';
import type { Participant, Protocol } from '../participant.ts';
import { sdpJson } from '../payload.ts';
import {
  type Budget,
  eventually,
  Faults,
  type Figures,
  inParallel,
  type Workload,
} from './workload.ts';

export interface MeshJoinsOptions {
  /** How many participants a full room has. */
  size: number;
  /** How many rooms fill at the same time. */
  rooms: number;
}

const offer = sdpJson('offer');
const answer = sdpJson('answer');

/** One room that fills to a mesh, one participant after the other, and empties again. */
class Mesh {
  readonly #room: string;
  readonly #participants: Participant[];
  readonly #faults: Faults;
  #present = 0;
  #answers = 0;
  #joinsSeen = 0;
  #leavesSeen = 0;
  #check: (() => void) | null = null;

  constructor(room: string, participants: Participant[], faults: Faults) {
    this.#room = room;
    this.#participants = participants;
    this.#faults = faults;
    const add = faults.add;
    for (const participant of participants) {
      participant.hooks = {
        candidate: () => add('a candidate that nobody sent'),
        offer: (from) => participant.sendAnswer(from, answer),
        answer: () => {
          this.#answers++;
          this.#check?.();
        },
        joined: () => {
          this.#joinsSeen++;
          this.#check?.();
        },
        left: () => {
          this.#leavesSeen++;
          this.#check?.();
        },
        updated: () => add('an update that nobody asked for'),
        acknowledged: () => this.#check?.(),
        failed: add,
      };
    }
  }

  /** Fills the room; a join is complete when everybody there has seen it and has answered its offer. */
  async fill(joined: (milliseconds: number) => void): Promise<void> {
    for (const participant of this.#participants) {
      const start = performance.now();
      const { others } = await participant.join(this.#room);
      if (others.length !== this.#present) {
        this.#faults.add(`a newcomer saw ${others.length} of ${this.#present}`);
      }
      for (const other of others) participant.sendOffer(other, offer);
      await this.#until(() => this.#answers === this.#present && this.#joinsSeen === this.#present);
      joined(performance.now() - start);
      this.#present++;
      this.#answers = 0;
      this.#joinsSeen = 0;
    }
  }

  /** Empties it in reverse order; each leave is seen by everybody who remains. */
  async empty(): Promise<void> {
    for (const participant of [...this.#participants].reverse()) {
      this.#present--;
      participant.leave();
      await this.#until(() => this.#leavesSeen === this.#present);
      this.#leavesSeen = 0;
    }
  }

  close(): void {
    for (const participant of this.#participants) {
      participant.hooks = { ...participant.hooks, failed() {} };
      participant.close();
    }
  }

  #until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#check = () => {
        if (!condition()) return;
        this.#check = null;
        resolve();
      };
    });
  }
}

/** Rooms that fill to a mesh: each newcomer sends an offer to everybody there, and each of them answers. */
export class MeshJoins implements Workload {
  readonly #protocol: Protocol;
  readonly #options: MeshJoinsOptions;
  readonly #faults = new Faults();
  readonly #meshes: Mesh[] = [];

  constructor(protocol: Protocol, options: MeshJoinsOptions) {
    this.#protocol = protocol;
    this.#options = options;
  }

  async prepare(): Promise<void> {
    const { size, rooms } = this.#options;
    for (let number = 0; number < rooms; number++) {
      const room = await this.#protocol.createRoom(number * size, size);
      const participants = Array.from({ length: size }, (_, seat) =>
        this.#protocol.participant(number * size + seat),
      );
      await inParallel(participants, 16, (participant) => participant.open());
      this.#meshes.push(new Mesh(room, participants, this.#faults));
    }
  }

  async run({ seconds }: Budget): Promise<Figures> {
    this.#faults.clear();
    const latency = new Samples();
    const start = performance.now();
    const end = start + seconds * 1000;
    let joins = 0;
    let underWay = 0;
    const again = async (mesh: Mesh) => {
      do {
        underWay++;
        await mesh.fill((milliseconds) => {
          joins++;
          latency.add(milliseconds);
        });
        await mesh.empty();
        underWay--;
      } while (performance.now() < end && this.#faults.errors.length === 0);
    };
    const all = Promise.all(this.#meshes.map(again));
    await Promise.race([
      all,
      eventually(() => this.#faults.errors.length > 0, seconds * 1000 + 30_000),
    ]);
    return {
      units: joins,
      // On average, each join comes with (size − 1)/2 offers, answers, arrivals and departures.
      delivered: joins * 2 * (this.#options.size - 1),
      seconds: (performance.now() - start) / 1000,
      lost: underWay,
      repeated: 0,
      reordered: 0,
      errors: [...this.#faults.errors],
      latency: latency.percentiles(),
      slip: null,
    };
  }

  async close(): Promise<void> {
    for (const mesh of this.#meshes) mesh.close();
  }
}
