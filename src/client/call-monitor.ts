import { QualityMeter } from './connection-quality.ts';
import type { RemoteParticipant } from './remote-participant.ts';
import { SpeakerDetector } from './speaker-detector.ts';
import {
  type Counters,
  type PeerStatistics,
  readCounters,
  statisticsBetween,
} from './statistics.ts';

export interface CallMonitorOptions {
  /** The others in the call, as of now. */
  readonly others: () => ReadonlyMap<string, RemoteParticipant>;
  /** How often connections are measured, in milliseconds; 0 for never. */
  readonly statisticsIntervalMs: number;
  readonly onStatistics: (participantId: string, statistics: PeerStatistics) => void;
  readonly onActiveSpeaker: (participantId: string | null) => void;
}

/** How often the active speaker is decided, in milliseconds. */
const JUDGE_MS = 200;
/**
 * How often levels are read in between: a level describes only the last packet, and a syllable is shorter than 200 ms.
 */
const LISTEN_MS = 50;

interface Measured {
  readonly meter: QualityMeter;
  counters: Counters;
  statistics: PeerStatistics | null;
}

/** Watches the connections of a call: their quality, and who speaks. */
export class CallMonitor {
  readonly #options: CallMonitorOptions;
  readonly #speakers = new SpeakerDetector();
  readonly #measured = new Map<string, Measured>();
  /** The highest level of each participant since the active speaker was last decided. */
  readonly #peaks = new Map<string, number>();
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #stopped = false;

  constructor(options: CallMonitorOptions) {
    this.#options = options;
    this.#timers.push(setInterval(() => this.#listen(), LISTEN_MS));
    this.#timers.push(setInterval(() => this.#judge(), JUDGE_MS));
    const { statisticsIntervalMs } = options;
    if (statisticsIntervalMs > 0) {
      this.#timers.push(setInterval(() => this.#measureAll(), statisticsIntervalMs));
    }
  }

  /** The other participant who is loudest or spoke last; null until somebody has spoken. */
  get activeSpeaker(): string | null {
    return this.#speakers.active;
  }

  /** The latest measurement of the connection to a participant; null before the first. */
  statistics(participantId: string): PeerStatistics | null {
    return this.#measured.get(participantId)?.statistics ?? null;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
  }

  #listen(): void {
    for (const [id, other] of this.#options.others()) {
      this.#peaks.set(id, Math.max(this.#peaks.get(id) ?? 0, other.audioLevel()));
    }
  }

  #judge(): void {
    const others = this.#options.others();
    const levels = new Map<string, number>();
    for (const id of others.keys()) levels.set(id, this.#peaks.get(id) ?? 0);
    this.#peaks.clear();
    const now = performance.now();
    const before = this.#speakers.active;
    this.#speakers.update(levels, now);
    for (const [id, other] of others)
      other.observe({ speaking: this.#speakers.isSpeaking(id, now) });
    const { active } = this.#speakers;
    if (active !== before) this.#options.onActiveSpeaker(active);
  }

  #measureAll(): void {
    const others = this.#options.others();
    for (const id of this.#measured.keys()) {
      if (!others.has(id)) this.#measured.delete(id);
    }
    for (const [id, other] of others) void this.#measure(id, other);
  }

  async #measure(id: string, other: RemoteParticipant): Promise<void> {
    // The connection may have been closed meanwhile.
    const counters = await readCounters(other.peer.connection).catch(() => null);
    if (counters === null || this.#stopped || this.#options.others().get(id) !== other) return;
    const known = this.#measured.get(id);
    if (known === undefined) {
      this.#measured.set(id, { meter: new QualityMeter(), counters, statistics: null });
      return;
    }
    const statistics = statisticsBetween(known.counters, counters);
    known.counters = counters;
    known.statistics = statistics;
    if (other.peer.state === 'connected') known.meter.add(statistics);
    other.observe({ quality: known.meter.quality(other.peer.state) });
    this.#options.onStatistics(id, statistics);
  }
}
