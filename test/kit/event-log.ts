import type { RoomEventsSubscription } from '../../src/client/generated/graphql.ts';

type RoomEvent = RoomEventsSubscription['roomEvents'];
type EventOf<Name extends RoomEvent['__typename']> = Extract<RoomEvent, { __typename: Name }>;

const WAIT_MS = 10_000;

/** Everything that one subscription to a room brought, to wait on. */
export class EventLog {
  readonly events: RoomEvent[] = [];
  #ended = false;
  #waiting: (() => void)[] = [];

  next(data: RoomEventsSubscription): void {
    this.events.push(data.roomEvents);
    this.#wake();
  }

  ended(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Waits until the subscription is over, in whatever way. */
  whenEnded(): Promise<void> {
    return this.#until(() => this.#ended, 'the end of the subscription');
  }

  /** Resolves to the first event of a type, come already or not. */
  async first<Name extends RoomEvent['__typename']>(type: Name): Promise<EventOf<Name>> {
    const isOne = (event: RoomEvent): event is EventOf<Name> => event.__typename === type;
    await this.#until(() => this.events.some(isOne), `an event ${type}`);
    const event = this.events.find(isOne);
    if (event === undefined) throw new Error(`There was no ${type}.`);
    return event;
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!condition()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Waited for ${what}; got ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
