import type { Participant, Protocol } from '../participant.ts';
import { Faults, type Figures, inParallel, type Workload } from './workload.ts';

const roomSize = 4;

/** Participants who have joined and send nothing. Each `grow` adds more. */
export class Idle implements Workload {
  readonly #protocol: Protocol;
  readonly #faults = new Faults();
  readonly #participants: Participant[] = [];
  #errors = 0;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  async prepare(): Promise<void> {}

  /** Brings the number of joined participants to `total`, a multiple of the room size of 4. */
  async grow(total: number): Promise<void> {
    const rooms: number[] = [];
    for (let first = this.#participants.length; first < total; first += roomSize) rooms.push(first);
    await inParallel(rooms, 8, async (first) => {
      const room = await this.#protocol.createRoom(first, roomSize);
      for (let seat = 0; seat < roomSize; seat++) {
        const participant = this.#protocol.participant(first + seat);
        participant.hooks = {
          candidate() {},
          offer() {},
          answer() {},
          joined() {},
          left: () => this.#faults.add('a participant left'),
          updated() {},
          acknowledged() {},
          failed: (why) => {
            this.#errors++;
            this.#faults.add(why);
          },
        };
        this.#participants.push(participant);
        await participant.open();
        await participant.join(room);
      }
    });
  }

  async run(): Promise<Figures> {
    return {
      units: this.#participants.length,
      delivered: 0,
      seconds: 0,
      lost: this.#errors,
      repeated: 0,
      reordered: 0,
      errors: [...this.#faults.errors],
      latency: null,
      slip: null,
    };
  }

  async close(): Promise<void> {
    for (const participant of this.#participants) {
      participant.hooks = { ...participant.hooks, failed() {}, left() {} };
      participant.close();
    }
  }
}
