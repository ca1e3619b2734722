import type { User } from '../accounts/account.ts';
import { type Call, concerns, legOf } from '../call/call.ts';
import type { LiveCalls } from '../call/live-calls.ts';
import type { LivePersons } from '../person/live-persons.ts';
import type { Pushes } from '../person/ports.ts';

/** Lets the logs of people follow those of calls. */
export class Telling {
  readonly #calls: LiveCalls;
  readonly #persons: LivePersons;
  readonly #pushes: Pick<Pushes, 'end'>;

  constructor(parts: { calls: LiveCalls; persons: LivePersons; pushes: Pick<Pushes, 'end'> }) {
    this.#calls = parts.calls;
    this.#persons = parts.persons;
    this.#pushes = parts.pushes;
  }

  /** Tells the devices of these users how a call is now. @throws UnavailableError */
  async tell(call: Call, userIds: readonly string[]): Promise<void> {
    await Promise.all(userIds.map((id) => this.#persons.hear(userOf(call, id), call)));
  }

  /** Whether a call has ended for a user, whose log did not know yet; now it does. @throws UnavailableError */
  async isOver(other: Call, user: User): Promise<boolean> {
    const record = await this.#calls.read(other.id);
    if (record === null) await this.#persons.drop(user.id, other.id);
    else if (concerns(record.call, user.id)) return false;
    else await this.#persons.hear(user, record.call);
    return true;
  }

  /** The caller of `ended` is in the call that goes on. @throws UnavailableError */
  async goOnIn(callId: string, ended: Call): Promise<void> {
    const { caller } = ended;
    if (!(await this.#calls.acceptByRinging(callId, caller.id))) return;
    const record = await this.#calls.read(callId);
    // They hear of the one that goes on before they hear that theirs has ended.
    if (record === null) return;
    await this.tell(record.call, [caller.id]);
    this.#pushes.end(caller.id, record.call);
  }
}

function userOf(call: Call, userId: string): User {
  return legOf(call, userId)?.user ?? call.caller;
}
