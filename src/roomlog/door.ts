import { RateLimitedError } from '../domain/errors.ts';
import { newId } from '../domain/identifier.ts';
import type { Entrance, Knock, KnockAnswer, RoomRules, Waiter } from '../domain/signaling/ports.ts';

/** When to try again where too many wait, in milliseconds. */
const LOBBY_FULL_RETRY_MS = 5000;

/** A knock that nobody has answered yet. */
export interface Waiting {
  readonly knock: Knock;
  readonly entrance: Entrance;
  readonly waiter: Waiter;
}

/** What decides who gets into one room, and who waits before it. It outlives the stays in the room. */
export class Door {
  readonly #lobbyKnocks: number;
  readonly #bans = new Set<string>();
  /** By knock, oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  /** The user of each knock that was admitted and not used yet. */
  readonly #passes = new Map<string, string>();
  #rules: RoomRules | null = null;
  #updated = false;

  /** @param lobbyKnocks how many may wait */
  constructor(lobbyKnocks: number) {
    this.#lobbyKnocks = lobbyKnocks;
  }

  /** Whether it knows anything that the store may not say yet to somebody who asked a moment ago. */
  get isMemorable(): boolean {
    return this.#updated || this.#bans.size > 0 || this.#passes.size > 0;
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Those who wait, in the order of their knocks. */
  waiting(): Waiting[] {
    return [...this.#waiting.values()];
  }

  /** Answers the newest rules of those and the ones it knows. */
  learn(rules: RoomRules): RoomRules {
    if (this.#rules === null || rules.revision > this.#rules.revision) this.#rules = rules;
    return this.#rules;
  }

  /** Takes changed rules; answers whether they are news. */
  update(rules: RoomRules): boolean {
    if (this.#rules !== null && rules.revision <= this.#rules.revision) return false;
    this.#rules = rules;
    this.#updated = true;
    return true;
  }

  ban(userId: string): void {
    this.#bans.add(userId);
  }

  isBanned({ user, rules }: Entrance): boolean {
    return (
      this.#bans.has(user.id) ||
      rules.banned.includes(user.id) ||
      this.#rules?.banned.includes(user.id) === true
    );
  }

  /** Uses up a pass; answers whether it was one of this user. */
  takePass({ pass, user }: Entrance): boolean {
    return pass !== null && this.#passes.get(pass) === user.id && this.#passes.delete(pass);
  }

  /** How a knock is answered without asking anybody; null where the host decides. */
  answerByRules(entrance: Entrance): KnockAnswer | null {
    const { access } = this.learn(entrance.rules);
    if (this.isBanned(entrance) || access === 'LOCKED') return 'denied';
    return access === 'OPEN' ? 'admitted' : null;
  }

  /** @throws RateLimitedError when as many wait as may */
  admitKnock(entrance: Entrance, waiter: Waiter): Waiting {
    if (this.#waiting.size >= this.#lobbyKnocks) {
      throw new RateLimitedError(LOBBY_FULL_RETRY_MS, 'Too many wait before this room already.');
    }
    const { roomId, user } = entrance;
    const knock = { roomId, knockId: newId(), userId: user.id };
    const waiting = { knock, entrance, waiter };
    this.#waiting.set(knock.knockId, waiting);
    return waiting;
  }

  find(knockId: string): Waiting | null {
    return this.#waiting.get(knockId) ?? null;
  }

  ofUser(userId: string): Waiting | null {
    for (const waiting of this.#waiting.values()) {
      if (waiting.knock.userId === userId) return waiting;
    }
    return null;
  }

  /** Ends a knock; its waiter is told of an answer. */
  end({ knock, waiter }: Waiting, answer: KnockAnswer | null): void {
    this.#waiting.delete(knock.knockId);
    if (answer === null) return;
    if (answer === 'admitted') this.#pass(knock);
    waiter.answered(answer);
  }

  #pass({ knockId, userId }: Knock): void {
    this.#passes.set(knockId, userId);
    if (this.#passes.size <= this.#lobbyKnocks) return;
    // Whoever was admitted and did not come must not be remembered for ever.
    for (const oldest of this.#passes.keys()) {
      this.#passes.delete(oldest);
      break;
    }
  }
}
