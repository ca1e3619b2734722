import type { User } from '../../domain/accounts/account.ts';
import type { Clock } from '../../domain/clock.ts';
import { formatCursor } from '../../domain/cursor.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { RoomClosedReason, Signal } from '../../domain/room/entry.ts';
import type { LeaveReason, MediaState, Participant } from '../../domain/room/participant.ts';
import { type Room, visible } from '../../domain/rooms/room.ts';
import {
  type Entered,
  type Entrance,
  type Hold,
  type Knock,
  type RoomActivity,
  type RoomLog,
  rulesOf,
  type Waiter,
} from '../../domain/signaling/ports.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import type { Nodes } from '../../redis/nodes.ts';
import { items, text } from '../../redis/replies.ts';
import { Retries } from '../../redis/retries.ts';
import type { Script } from '../../redis/script.ts';
import { Entrances } from './entrances.ts';
import { writeSignal } from './entry.ts';
import { Feeds } from './feeds.ts';
import { ALL_NODES, roomKeys, roomsOfNode } from './keys.ts';
import { Knocks } from './knocks.ts';
import type { RedisRoomLogOptions } from './parts.ts';
import { Care } from './presence.ts';
import { checkRefusal } from './replies.ts';
import { scripts } from './scripts.ts';
import { Sends } from './sends.ts';
import { Stays } from './stays.ts';

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
  readonly nodeId: string;
  readonly #redis: RedisConnection;
  readonly #clock: Clock;
  readonly #options: RedisRoomLogOptions;
  readonly #retries: Retries;
  readonly #feeds: Feeds;
  readonly #nodes: Nodes;
  readonly #entrances: Entrances;
  readonly #stays: Stays;
  readonly #knocks: Knocks;
  readonly #sends: Sends;
  readonly #listeners: ((activity: RoomActivity) => void)[] = [];

  private constructor(
    redis: RedisConnection,
    nodes: Nodes,
    options: RedisRoomLogOptions,
    clock: Clock,
  ) {
    this.nodeId = nodes.nodeId;
    this.#nodes = nodes;
    this.#retries = new Retries(clock);
    this.#redis = redis;
    this.#options = options;
    this.#clock = clock;
    const { nodeId } = this;
    this.#feeds = new Feeds(redis, nodeId, (waiter) => this.#knocks.again(waiter));
    const parts = {
      redis,
      feeds: this.#feeds,
      retries: this.#retries,
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
    nodes.listen(
      new Care({
        redis,
        feeds: this.#feeds,
        adopt: (roomId, deadNodeId) => this.#stays.adopt(roomId, deadNodeId),
      }),
    );
    redis.onReady(async () => {
      this.#retries.now();
      await this.#feeds.catchUp();
      await nodes.beat();
    });
  }

  /** Resolves once this node is known to the others. @throws UnavailableError */
  static async open(
    redis: RedisConnection,
    nodes: Nodes,
    options: RedisRoomLogOptions,
    clock: Clock,
  ): Promise<RedisRoomLog> {
    const log = new RedisRoomLog(redis, nodes, options, clock);
    await redis.listen(ALL_NODES, (message) => log.#renamed(JSON.parse(message)));
    await nodes.beat();
    return log;
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

  async leave(roomId: string, userId: string, reason: LeaveReason): Promise<Participant> {
    return JSON.parse(await this.#ask(scripts.end, roomId, [userId, reason]));
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
  ): Promise<string> {
    const id = messageId === null ? '' : `m:${messageId}`;
    const args = [userId, to ?? '', JSON.stringify([said]), id];
    const place = await this.#onRoom(scripts.message, roomId, [
      ...args,
      ...this.#now(),
      this.#options.historyMessages,
    ]);
    return this.#cursor(roomId, checkRefusal(place));
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
    this.#nodes.stop();
    await this.#redis.settled();
    // Where Redis is away, the others find out by themselves.
    await this.#leave().catch(() => {});
    this.#retries.close();
    this.#redis.unlisten(ALL_NODES);
    this.#feeds.close();
  }

  async #leave(): Promise<void> {
    const rooms = await this.#redis.do((client) => client.scard(roomsOfNode(this.nodeId)));
    await this.#nodes.leave(rooms > 0);
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
