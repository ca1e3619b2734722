import type { RoomEventsSubscription } from '../../src/client/generated/graphql.ts';
import { Changes } from './waiting.ts';

type RoomEvent = RoomEventsSubscription['roomEvents'];
type EventOf<Name extends RoomEvent['__typename']> = Extract<RoomEvent, { __typename: Name }>;

const WAIT_MS = 10_000;

/** All events of one subscription to a room, with ways to wait for them. */
export class EventLog {
  readonly events: RoomEvent[] = [];
  #ended = false;
  readonly #changes = new Changes();

  next(data: RoomEventsSubscription): void {
    this.events.push(data.roomEvents);
    this.#changes.tell();
  }

  ended(): void {
    this.#ended = true;
    this.#changes.tell();
  }

  /** Waits until the subscription ends, in any way. */
  whenEnded(): Promise<void> {
    return this.#until(() => this.#ended, 'the end of the subscription');
  }

  /** Resolves to the first event of a type, past or future. */
  async first<Name extends RoomEvent['__typename']>(type: Name): Promise<EventOf<Name>> {
    const isOne = (event: RoomEvent): event is EventOf<Name> => event.__typename === type;
    await this.#until(() => this.events.some(isOne), `an event ${type}`);
    const event = this.events.find(isOne);
    if (event === undefined) throw new Error(`There was no ${type}.`);
    return event;
  }

  #until(condition: () => boolean, what: string): Promise<void> {
    return this.#changes.until(
      condition,
      () => `${what}; got ${JSON.stringify(this.events)}`,
      WAIT_MS,
    );
  }
}
