import { createHash } from 'node:crypto';
import { mustHaveAccount } from '../accounts/reach.ts';
import type { Caller } from '../accounts/sessions.ts';
import type { Call, CallMedia, CallRoom } from '../call/call.ts';
import { AlreadyInCallError } from '../call/errors.ts';
import type { LiveCalls } from '../call/live-calls.ts';
import type { CallRecord } from '../call/state.ts';
import type { Clock, Timer } from '../clock.ts';
import { InvalidInputError, RateLimitedError, RoomNotFoundError } from '../errors.ts';
import { newId } from '../identifier.ts';
import { UserNotFoundError } from '../people/errors.ts';
import { type ShownCall, showAt } from '../person/entry.ts';
import type { Acquaintances, Pushes } from '../person/ports.ts';
import { type Room, visible } from '../rooms/room.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { checkClientKey } from '../signaling/signal-rules.ts';
import type { Allowance } from '../throttle.ts';
import type { CallRooms, Pursuit } from './pursuit.ts';

const RING_ID_MAX_LENGTH = 128;
/** How long the answer to a declined or cancelled call waits for what follows from it, in milliseconds. */
const FOLLOWS_MS = 1000;

export interface RingRequest {
  readonly userIds: readonly string[];
  /** The room of the call; null: a new one. */
  readonly roomId: string | null;
  readonly media: CallMedia;
  /** The same id of the same caller is the same call. */
  readonly ringId: string | null;
}

export interface RingLimits {
  /** How many people one call may ring. */
  readonly callees: number;
  /** The capacity of a room that is made for a call, if the call is not larger. */
  readonly capacity: number;
}

/** How much may be rung within a minute: by one caller, by one caller at one callee, and from one address. */
export interface RingBudgets {
  readonly callers: Allowance;
  readonly pairs: Allowance;
  readonly addresses: Allowance;
  /** What the smaller of the budgets of a caller and of an address lets through. */
  readonly most: number;
}

/** What people do with calls: ring, accept, decline, cancel. Each answer has the call as it is then. */
export class Ringing {
  readonly #calls: LiveCalls;
  readonly #pursuit: Pursuit;
  readonly #rooms: Rooms;
  readonly #callRooms: CallRooms;
  readonly #acquaintances: Acquaintances;
  readonly #pushes: Pick<Pushes, 'end'>;
  readonly #clock: Clock;
  readonly #limits: RingLimits;
  readonly #budgets: RingBudgets;

  constructor(parts: {
    calls: LiveCalls;
    pursuit: Pursuit;
    rooms: Rooms;
    callRooms: CallRooms;
    acquaintances: Acquaintances;
    pushes: Pick<Pushes, 'end'>;
    clock: Clock;
    limits: RingLimits;
    budgets: RingBudgets;
  }) {
    this.#calls = parts.calls;
    this.#pursuit = parts.pursuit;
    this.#rooms = parts.rooms;
    this.#callRooms = parts.callRooms;
    this.#acquaintances = parts.acquaintances;
    this.#pushes = parts.pushes;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#budgets = parts.budgets;
  }

  /**
   * Rings people. The call may have ended already in the answer, for example because everybody is busy. If a callee
   * rings the caller at the same time, the answer is the call that goes on, which may be theirs.
   *
   * @throws InvalidInputError, RateLimitedError, ForbiddenError, UserNotFoundError, RoomNotFoundError,
   *   AlreadyInCallError
   */
  async ring(caller: Caller, request: RingRequest): Promise<ShownCall> {
    mustHaveAccount(caller);
    this.#check(caller, request);
    const { ringId, media } = request;
    const id = ringId === null ? newId() : idOf(caller, ringId);
    let begun: CallRecord | null = null;
    if (ringId === null || (await this.#calls.read(id)) === null) {
      await this.#pay(caller, request.userIds);
      const callees = await this.#acquaintances.ringable(caller.accountId, request.userIds);
      if (callees.length < request.userIds.length) throw new UserNotFoundError();
      const { room, ownRoom } = await this.#room(caller, request);
      const user = { id: caller.accountId, name: caller.name, isGuest: false };
      begun = await this.#calls.begin({ id, room, ownRoom, caller: user, callees, media });
    }
    await this.#pursuit.pursue(id);
    const record = await this.#calls.read(id);
    if (record === null) {
      if (begun?.ownRoom) await this.#callRooms.closeAfter(begun.call);
      throw new AlreadyInCallError();
    }
    const goesOn = record.mergedInto === null ? null : await this.#calls.read(record.mergedInto);
    return this.#shown((goesOn ?? record).call);
  }

  /** @throws InvalidInputError, ForbiddenError, CallEndedError, AnsweredElsewhereError */
  async accept(caller: Caller, callId: string, clientKey: string): Promise<ShownCall> {
    mustHaveAccount(caller);
    checkClientKey(clientKey);
    const call = await this.#calls.accept(callId, caller.accountId, clientKey);
    // It rings no more on the other devices of the same person.
    this.#pushes.end(caller.accountId, call);
    return this.#shown(call);
  }

  /** @throws ForbiddenError, CallEndedError, AnsweredElsewhereError */
  async decline(caller: Caller, callId: string): Promise<ShownCall> {
    mustHaveAccount(caller);
    return this.declineFor(caller.accountId, callId);
  }

  /** The same for a callee who is known in another way. @throws CallEndedError, AnsweredElsewhereError */
  async declineFor(userId: string, callId: string): Promise<ShownCall> {
    const call = await this.#calls.decline(callId, userId);
    // If others are called too, it goes on for them.
    if (call.state !== 'ENDED') this.#pushes.end(userId, call);
    return this.#told(call);
  }

  /** @throws ForbiddenError, CallEndedError, CallAnsweredError */
  async cancel(caller: Caller, callId: string): Promise<ShownCall> {
    mustHaveAccount(caller);
    return this.#told(await this.#calls.cancel(callId, caller.accountId));
  }

  /**
   * Waits until everybody is told, so that the caller can ring again at once, and the call is in the history. A store
   * that does not answer delays that, and not the answer: the decision stands, and the rest is done later.
   */
  async #told(call: Call): Promise<ShownCall> {
    let patience: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      patience = this.#clock.after(FOLLOWS_MS, resolve);
    });
    await Promise.race([this.#pursuit.told(call.id).catch(() => {}), late]);
    patience?.cancel();
    return this.#shown(call);
  }

  #shown(call: Call): ShownCall {
    return showAt(call, this.#clock.now());
  }

  async #room(
    caller: Caller,
    { roomId, userIds }: RingRequest,
  ): Promise<{ room: CallRoom; ownRoom: boolean }> {
    if (roomId === null) {
      const capacity = Math.max(this.#limits.capacity, userIds.length + 1);
      return { room: asCallRoom(await this.#rooms.create(caller, { capacity })), ownRoom: true };
    }
    const found = await this.#rooms.lookUp(caller, roomId);
    if (found === null) throw new RoomNotFoundError();
    return { room: asCallRoom(await this.#rooms.keep(found)), ownRoom: false };
  }

  #check({ accountId }: Caller, { userIds, ringId }: RingRequest): void {
    const { callees } = this.#limits;
    const issues = [];
    const path = 'userIds';
    if (userIds.length === 0) issues.push({ path, message: 'must not be empty' });
    if (userIds.length > callees) {
      const message = `must be at most ${callees}`;
      issues.push({ path, message, code: 'TOO_BIG' as const, limit: callees });
    }
    if (new Set(userIds).size < userIds.length) issues.push({ path, message: 'must differ' });
    if (userIds.includes(accountId)) issues.push({ path, message: 'must be other people' });
    if (ringId !== null && (ringId === '' || ringId.length > RING_ID_MAX_LENGTH)) {
      const message = `must have 1 to ${RING_ID_MAX_LENGTH} characters`;
      issues.push({ path: 'ringId', message, limit: RING_ID_MAX_LENGTH });
    }
    if (issues.length > 0) throw new InvalidInputError(issues);
  }

  /** @throws RateLimitedError; then nothing is paid */
  async #pay({ accountId, address }: Caller, userIds: readonly string[]): Promise<void> {
    const { callers, pairs, addresses, most } = this.#budgets;
    // Whoever rings many at once pays for each of them, as far as the budget goes.
    const price = Math.min(userIds.length, most);
    const prices = [
      ...userIds.map((id) => ({ of: pairs, key: `${accountId} ${id}`, price: 1 })),
      { of: callers, key: accountId, price },
      { of: addresses, key: address, price },
    ];
    const waits = await Promise.all(prices.map(({ of, key, price }) => of.take(key, price)));
    const waitMs = Math.max(...waits);
    if (waitMs === 0) return;
    const paid = prices.filter((_price, at) => waits[at] === 0);
    await Promise.all(paid.map(({ of, key, price }) => of.giveBack(key, price)));
    throw new RateLimitedError(waitMs);
  }
}

/** The id of the call that a caller makes by a `ringId`. */
function idOf({ accountId }: Caller, ringId: string): string {
  return createHash('sha256').update(`${accountId} ${ringId}`).digest('hex').slice(0, 16);
}

function asCallRoom(room: Room): CallRoom {
  const { revision: _, createdAt, expiresAt, ...rest } = visible(room);
  return { ...rest, createdAt: createdAt.getTime(), expiresAt: expiresAt.getTime() };
}
