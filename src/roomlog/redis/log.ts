import type { User } from '../../domain/accounts/account.ts';
import type { Clock } from '../../domain/clock.ts';
import { newId } from '../../domain/identifier.ts';
import { type Room, visible } from '../../domain/rooms/room.ts';
import { formatCursor } from '../../domain/signaling/cursor.ts';
import type { RoomClosedReason, Signal } from '../../domain/signaling/event.ts';
import type { Mailbox } from '../../domain/signaling/mailbox.ts';
import type { LeaveReason, MediaState, Participant } from '../../domain/signaling/participant.ts';
import {
  type Entered,
  type Entrance,
  type Hold,
  type Knock,
  type RoomActivity,
  type RoomLog,
  rulesOf,
  type SentMessage,
  type Waiter,
} from '../../domain/signaling/ports.ts';
import type { RedisConnection, Script } from './connection.ts';
import { Entrances } from './entrances.ts';
import { writeSignal } from './entry.ts';
import { Feeds } from './feeds.ts';
import { ALL_NODES, roomKeys } from './keys.ts';
import { Knocks } from './knocks.ts';
import { Owed } from './owed.ts';
import type { RedisRoomLogOptions } from './parts.ts';
import { Presence } from './presence.ts';
import { checkRefusal, items, text } from './replies.ts';
import { scripts } from './scripts.ts';
import { Sends } from './sends.ts';
import { Stays } from './stays.ts';

/** After how long without a sign of life a node is dead, unless somebody says otherwise; in milliseconds. */
const DEAD_MS = 6000;
/** Longer than a join takes that began before the room was closed, in milliseconds. */
const CLOSED_MS = 60_000;

/**
 * The room log of a cluster. Whatever changes a room is one script inside of Redis; what it appends is told to the nodes
 * of those whom it is for. A stay is looked after by one node: the one that holds it, or that lost it and waits for its
 * client. When that node dies, another one takes over.
 *
 * Of the end of a session every node has to be told: each ends what it looks after.
 */
export class RedisRoomLog implements RoomLog {
  readonly nodeId = newId();
  readonly #redis: RedisConnection;
  readonly #clock: Clock;
  readonly #options: RedisRoomLogOptions;
  readonly #owed = new Owed();
  readonly #feeds: Feeds;
  readonly #presence: Presence;
  readonly #entrances: Entrances;
  readonly #stays: Stays;
  readonly #knocks: Knocks;
  readonly #sends: Sends;
  readonly #listeners: ((activity: RoomActivity) => void)[] = [];

  private constructor(redis: RedisConnection, options: RedisRoomLogOptions, clock: Clock) {
    this.#redis = redis;
    this.#options = options;
    this.#clock = clock;
    const { nodeId } = this;
    this.#feeds = new Feeds(redis, nodeId, (waiter) => this.#knocks.again(waiter));
    const parts = {
      redis,
      feeds: this.#feeds,
      owed: this.#owed,
      nodeId,
      options,
      clock,
      closedMs: options.closedMs ?? CLOSED_MS,
      onRoom: (script: Script, roomId: string, args: readonly (string | number)[]) =>
        this.#onRoom(script, roomId, args),
      observed: (roomId: string, made: unknown) => this.#observed(roomId, made),
    };
    this.#stays = new Stays(parts);
    this.#entrances = new Entrances(parts);
    this.#knocks = new Knocks(parts);
    this.#sends = new Sends(redis, clock, options.replayEvents, (roomId, place) =>
      this.#cursor(roomId, place),
    );
    this.#presence = new Presence({
      redis,
      feeds: this.#feeds,
      nodeId,
      deadMs: options.deadMs ?? DEAD_MS,
      adopt: (roomId, deadNodeId) => this.#stays.adopt(roomId, deadNodeId),
      clock,
    });
    redis.onReady(async () => {
      this.#owed.retry();
      await this.#feeds.catchUp();
      await this.#presence.beat();
    });
  }

  /** Resolves once this node is known to the others. @throws UnavailableError */
  static async open(
    redis: RedisConnection,
    options: RedisRoomLogOptions,
    clock: Clock,
  ): Promise<RedisRoomLog> {
    const log = new RedisRoomLog(redis, options, clock);
    await redis.listen(ALL_NODES, (message) => log.#renamed(JSON.parse(message)));
    await log.#presence.beat();
    return log;
  }

  /** The nodes that live, as far as this one has heard; it is one of them. */
  get livingNodes(): readonly string[] {
    return this.#presence.living;
  }

  enter(entrance: Entrance, mailbox: Mailbox): Promise<Entered> {
    return this.#entrances.enter(entrance, mailbox);
  }

  detach(hold: Hold): Promise<void> {
    return this.#stays.detach(hold);
  }

  release(hold: Hold, reason: LeaveReason): Promise<boolean> {
    return this.#stays.release(hold, reason);
  }

  async leave(
    roomId: string,
    userId: string,
    reason: LeaveReason,
    participantId?: string | null,
  ): Promise<Participant> {
    return JSON.parse(await this.#ask(scripts.end, roomId, [userId, reason, participantId ?? '']));
  }

  async endSession(sessionId: string, reason: LeaveReason): Promise<void> {
    await Promise.all([
      this.#stays.endSession(sessionId, reason),
      this.#knocks.endSession(sessionId),
    ]);
  }

  send(
    roomId: string,
    userId: string,
    to: string,
    signal: Signal,
    signalId: string | null,
  ): Promise<string> {
    const id = signalId === null ? '' : `s:${signalId}`;
    return this.#sends.send(roomId, userId, to, id, writeSignal(signal));
  }

  async sendMessage(
    roomId: string,
    userId: string,
    to: string | null,
    said: string,
    messageId: string | null,
  ): Promise<SentMessage> {
    const id = messageId === null ? '' : `m:${messageId}`;
    const args = [userId, to ?? '', JSON.stringify([said]), id];
    const place = await this.#onRoom(scripts.message, roomId, [
      ...args,
      ...this.#now(),
      this.#options.historyMessages,
    ]);
    const [epoch, position, at] = checkRefusal(place).split(' ');
    return { cursor: this.#cursor(roomId, `${epoch} ${position}`), at: Number(at) };
  }

  setMedia(roomId: string, userId: string, media: Partial<MediaState>): Promise<Participant> {
    return this.#change(roomId, userId, { media });
  }

  raiseHand(roomId: string, userId: string, raised: boolean): Promise<Participant> {
    return this.#change(roomId, userId, { handRaised: raised });
  }

  async rename(user: User): Promise<void> {
    await this.#redis.do((client) => client.spublish(ALL_NODES, JSON.stringify(user)));
  }

  async remove(
    roomId: string,
    byUserId: string | null,
    participantId: string,
    ban: boolean,
  ): Promise<Participant> {
    const args = [byUserId ?? '', participantId, ban ? 1 : 0];
    return JSON.parse(await this.#ask(scripts.remove, roomId, args));
  }

  async requestMute(roomId: string, byUserId: string, participantId: string): Promise<void> {
    await this.#ask(scripts.mute, roomId, [byUserId, participantId]);
  }

  async update(room: Room): Promise<void> {
    const args = [JSON.stringify(rulesOf(room)), JSON.stringify(visible(room))];
    await this.#ask(scripts.update, room.id, args);
  }

  knock(entrance: Entrance, waiter: Waiter): Promise<Knock> {
    return this.#knocks.knock(entrance, waiter);
  }

  async answerKnock(
    roomId: string,
    byUserId: string,
    knockId: string,
    admitted: boolean,
  ): Promise<void> {
    const args = [byUserId, knockId, admitted ? 'admitted' : 'denied'];
    await this.#ask(scripts.endKnock, roomId, args);
  }

  withdraw(knock: Knock): Promise<void> {
    return this.#knocks.withdraw(knock);
  }

  async participants(roomId: string): Promise<readonly Participant[]> {
    return JSON.parse(await this.#onRoom(scripts.participants, roomId, []));
  }

  async closeRoom(roomId: string, reason: RoomClosedReason): Promise<void> {
    await this.#ask(scripts.close, roomId, [reason]);
  }

  observe(listener: (activity: RoomActivity) => void): void {
    this.#listeners.push(listener);
  }

  occupied(): readonly string[] {
    const rooms: string[] = [];
    for (const { roomId, stays, waiters } of this.#feeds) {
      if (stays.size > 0 || waiters.size > 0) rooms.push(roomId);
    }
    return rooms;
  }

  /** What this node looked after is the others' from now on. The connection is the caller's to close. */
  async close(): Promise<void> {
    this.#presence.stop();
    await this.#redis.settled();
    // Where Redis is away, the others find out by themselves.
    await this.#presence.leave().catch(() => {});
    this.#redis.unlisten(ALL_NODES);
    this.#feeds.close();
  }

  async #ask(script: Script, roomId: string, args: readonly (string | number)[]): Promise<string> {
    return checkRefusal(await this.#onRoom(script, roomId, [...args, ...this.#now()]));
  }

  async #onRoom(
    script: Script,
    roomId: string,
    args: readonly (string | number)[],
  ): Promise<string> {
    const [result, made] = items(await this.#redis.call(script, roomKeys(roomId), args));
    this.#observed(roomId, made);
    return text(result);
  }

  async #change(roomId: string, userId: string, change: object): Promise<Participant> {
    const args = [userId, JSON.stringify(change)];
    return JSON.parse(await this.#ask(scripts.change, roomId, args));
  }

  #renamed(user: User): void {
    for (const { roomId, stays } of this.#feeds) {
      for (const { userId } of stays.values()) {
        if (userId === user.id) void this.#change(roomId, userId, { user }).catch(() => {});
      }
    }
  }

  #observed(roomId: string, made: unknown): void {
    if (this.#listeners.length === 0 || made === '[]') return;
    for (const { epoch, position, ...one } of JSON.parse(text(made))) {
      const activity: RoomActivity = { roomId, cursor: formatCursor(epoch, position), ...one };
      for (const listener of this.#listeners) listener(activity);
    }
  }

  #cursor(roomId: string, place: string): string {
    const space = place.indexOf(' ');
    const epoch = place.slice(0, space);
    const position = Number(place.slice(space + 1));
    const feed = this.#feeds.find(roomId);
    return feed === null ? formatCursor(epoch, position) : feed.cursors(epoch).at(position);
  }

  #now(): [now: number, tail: number] {
    return [this.#clock.now(), this.#options.replayEvents];
  }
}
