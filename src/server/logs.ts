import { callAggregate } from '../domain/call/aggregate.ts';
import { LiveCalls } from '../domain/call/live-calls.ts';
import type { Aggregate, Kind, Log, LogOptions } from '../domain/log.ts';
import { personAggregate } from '../domain/person/aggregate.ts';
import { LivePersons } from '../domain/person/live-persons.ts';
import { roomAggregate } from '../domain/room/aggregate.ts';
import { LiveRooms } from '../domain/room/live-rooms.ts';
import { MemoryLog } from '../log/memory/log.ts';
import type { LogTime } from '../log/memory/log-time.ts';
import type { Observability } from '../observability/observability.ts';
import type { SharedByRedis } from '../redis/open.ts';
import type { Surroundings } from './infrastructure.ts';

/** Everything that is in a log. */
export interface Logs {
  readonly live: LiveRooms;
  readonly persons: LivePersons;
  readonly calls: LiveCalls;
}

/** Opens the logs: in this process, by this time, or in Redis for a cluster. */
export async function openLogs(
  { config: { limits }, clock, cleanUp }: Surroundings,
  shared: SharedByRedis | null,
  time: LogTime,
  observability: Observability,
): Promise<Logs> {
  const { graceMs } = limits;
  const options: LogOptions = {
    replayEvents: limits.replayEvents,
    replayBytes: limits.replayBytes,
    replayMs: limits.replayMs,
    graceMs,
    historyMessages: limits.chatHistory,
  };

  async function open<K extends Kind>(aggregate: Aggregate<K>): Promise<Log<K>> {
    const log = await openLog(aggregate);
    cleanUp.add(() => log.close());
    return log;
  }

  async function openLog<K extends Kind>(aggregate: Aggregate<K>): Promise<Log<K>> {
    if (shared === null) return new MemoryLog(aggregate, options, clock, time);
    // Loaded on demand: most servers run alone.
    const { RedisLog } = await import('../log/redis/log.ts');
    const log: Log<K> = await RedisLog.open(aggregate, { ...shared, clock }, options);
    return observability.redis(`${aggregate.name}Log`, log);
  }

  const roomOptions = {
    graceMs,
    lobbyKnocks: limits.lobbyKnocks,
    knocksPerUser: limits.knocksPerUser,
    knocksPerAddress: limits.knocksPerAddress,
    deniedMs: limits.deniedMs,
    hostBans: limits.roomBans,
  };
  const personOptions = { graceMs, devices: limits.devicesPerUser };
  return {
    calls: new LiveCalls(await open(callAggregate()), { graceMs, ringMs: limits.ringMs }),
    persons: new LivePersons(await open(personAggregate(personOptions)), personOptions),
    live: new LiveRooms(await open(roomAggregate(roomOptions)), roomOptions),
  };
}
