import type { Arrived } from './media-watch.ts';

/** How the connection to one participant did between two measurements. */
export interface PeerStatistics {
  /** When it was measured, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Media that came in, in bits a second. */
  readonly inboundBitrate: number;
  /** Media that went out, in bits a second. */
  readonly outboundBitrate: number;
  /** The share of packets that were lost on the way here, from 0 to 1. */
  readonly inboundLoss: number;
  /** The share of packets that were lost on the way there, from 0 to 1, as the other side reports it. */
  readonly outboundLoss: number;
  /** How long a packet takes there and back, in milliseconds; null until it was measured. */
  readonly roundTripMs: number | null;
  /** How unevenly audio comes in, in milliseconds; null while none does. */
  readonly jitterMs: number | null;
  /** Whether media goes from one to the other, or through a TURN server; null while it does not. */
  readonly route: 'direct' | 'relayed' | null;
  /** What the browser deems possible to send, in bits a second; null where it does not tell. */
  readonly availableOutgoingBitrate: number | null;
}

/** One entry of an `RTCStatsReport`, as far as it is read here (W3C webrtc-stats). */
export interface StatisticsEntry {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly bytesReceived?: number;
  readonly bytesSent?: number;
  readonly packetsReceived?: number;
  readonly packetsSent?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly currentRoundTripTime?: number;
  readonly availableOutgoingBitrate?: number;
}

/** The counters of a connection at one moment. */
export interface Counters {
  /** In milliseconds since the Unix epoch. */
  readonly at: number;
  /** In milliseconds, by a clock that nobody sets. */
  readonly steadyMs: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  readonly lostHere: number;
  readonly lostThere: number;
  readonly jitterMs: number | null;
  readonly roundTripMs: number | null;
  readonly availableOutgoingBitrate: number | null;
  /** The kinds of the candidates in use, such as `host` and `relay`; null while there are none. */
  readonly localCandidate: string | null;
  readonly remoteCandidate: string | null;
}

/** Reads the counters of a connection now. */
export async function readCounters(connection: RTCPeerConnection): Promise<Counters> {
  const report = await connection.getStats();
  return countersOf(report.values(), Date.now(), performance.now());
}

/** Reads how much has come in on a connection until now. */
export async function arrivedOn(connection: RTCPeerConnection): Promise<Arrived> {
  const report: Iterable<StatisticsEntry> = (await connection.getStats()).values();
  const arrived = { media: 0, all: 0 };
  for (const { type, bytesReceived = 0 } of report) {
    if (type === 'inbound-rtp') arrived.media += bytesReceived;
    if (type === 'candidate-pair') arrived.all += bytesReceived;
  }
  return arrived;
}

/**
 * @param at milliseconds since the Unix epoch
 * @param steadyMs the same moment by a clock that nobody sets, from wherever it counts
 */
export function countersOf(
  report: Iterable<StatisticsEntry>,
  at: number,
  steadyMs: number = at,
): Counters {
  const entries = new Map<string, StatisticsEntry>();
  for (const entry of report) entries.set(entry.id, entry);
  const all = [...entries.values()];
  const sum = (type: string, field: 'bytesReceived' | 'bytesSent' | `packets${Packets}`) =>
    all.reduce((total, entry) => total + (entry.type === type ? (entry[field] ?? 0) : 0), 0);
  const audio = all.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
  const pair = selectedPair(all, entries);
  return {
    at,
    steadyMs,
    bytesReceived: sum('inbound-rtp', 'bytesReceived'),
    bytesSent: sum('outbound-rtp', 'bytesSent'),
    packetsReceived: sum('inbound-rtp', 'packetsReceived'),
    packetsSent: sum('outbound-rtp', 'packetsSent'),
    lostHere: sum('inbound-rtp', 'packetsLost'),
    lostThere: sum('remote-inbound-rtp', 'packetsLost'),
    jitterMs: inMs(audio?.jitter),
    roundTripMs: inMs(pair?.currentRoundTripTime),
    availableOutgoingBitrate: pair?.availableOutgoingBitrate ?? null,
    localCandidate: entries.get(pair?.localCandidateId ?? '')?.candidateType ?? null,
    remoteCandidate: entries.get(pair?.remoteCandidateId ?? '')?.candidateType ?? null,
  };
}

type Packets = 'Received' | 'Sent' | 'Lost';

/** What happened between two readings of the counters. */
export function statisticsBetween(before: Counters, now: Counters): PeerStatistics {
  const seconds = Math.max(0.001, (now.steadyMs - before.steadyMs) / 1_000);
  // A connection that was made anew counts from zero again.
  const grown = (
    field: keyof Counters & (`bytes${string}` | `packets${string}` | `lost${string}`),
  ) => Math.max(0, now[field] - before[field]);
  const lostHere = grown('lostHere');
  const { localCandidate, remoteCandidate } = now;
  return {
    at: now.at,
    inboundBitrate: Math.round((grown('bytesReceived') * 8) / seconds),
    outboundBitrate: Math.round((grown('bytesSent') * 8) / seconds),
    inboundLoss: share(lostHere, lostHere + grown('packetsReceived')),
    outboundLoss: share(grown('lostThere'), grown('packetsSent')),
    roundTripMs: now.roundTripMs,
    jitterMs: now.jitterMs,
    route: localCandidate === null ? null : isRelay(localCandidate, remoteCandidate),
    availableOutgoingBitrate: now.availableOutgoingBitrate,
  };
}

function isRelay(...candidates: (string | null)[]): 'direct' | 'relayed' {
  return candidates.includes('relay') ? 'relayed' : 'direct';
}

function selectedPair(
  all: readonly StatisticsEntry[],
  entries: ReadonlyMap<string, StatisticsEntry>,
): StatisticsEntry | undefined {
  const transport = all.find(
    ({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId,
  );
  const named = entries.get(transport?.selectedCandidatePairId ?? '');
  // Firefox has no entry for the transport, and marks the pair itself.
  return named ?? all.find(({ type, selected }) => type === 'candidate-pair' && selected === true);
}

function inMs(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1_000);
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, part / whole);
}
