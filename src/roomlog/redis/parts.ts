import type { Clock } from '../../domain/clock.ts';
import type { RoomLogOptions } from '../../domain/signaling/ports.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import type { Retries } from '../../redis/retries.ts';
import type { Script } from '../../redis/script.ts';
import type { Feeds } from './feeds.ts';

export interface RedisRoomLogOptions extends RoomLogOptions {
  /** After how long without a sign of life a node is dead, in milliseconds. */
  readonly deadMs?: number;
  /** How long nobody may make a room anew that was closed, in milliseconds: a minute at most, and unless this is given. */
  readonly closedMs?: number;
}

/** What the parts of a room log share. */
export interface Parts {
  readonly redis: RedisConnection;
  readonly feeds: Feeds;
  readonly retries: Retries;
  readonly nodeId: string;
  readonly options: RoomLogOptions;
  readonly clock: Clock;
  /** How long nobody may make a room anew that was closed, in milliseconds. */
  readonly closedMs: number;
  /** Runs a script on a room; answers its result, and tells those who observe what it made. */
  readonly onRoom: (
    script: Script,
    roomId: string,
    args: readonly (string | number)[],
  ) => Promise<string>;
  /** Tells those who observe what a script made. */
  readonly observed: (roomId: string, made: unknown) => void;
}
