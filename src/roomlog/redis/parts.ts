import type { Clock } from '../../domain/clock.ts';
import type { RoomLogOptions } from '../../domain/signaling/ports.ts';
import type { RedisConnection, Script } from './connection.ts';
import type { Feeds } from './feeds.ts';
import type { Owed } from './owed.ts';

/** What the parts of a room log share. */
export interface Parts {
  readonly redis: RedisConnection;
  readonly feeds: Feeds;
  readonly owed: Owed;
  readonly nodeId: string;
  readonly options: RoomLogOptions;
  readonly clock: Clock;
  /** Runs a script on a room; answers its result, and tells those who observe what it made. */
  readonly onRoom: (
    script: Script,
    roomId: string,
    args: readonly (string | number)[],
  ) => Promise<string>;
  /** Tells those who observe what a script made. */
  readonly observed: (roomId: string, made: unknown) => void;
}
