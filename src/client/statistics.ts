import type { Arrived } from './media-watch.ts';

/** The statistics of the connection to one participant between two measurements. */
export interface PeerStatistics {
  /** When it was measured, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** Received media, in bits a second. */
  readonly inboundBitrate: number;
  /** Sent media, in bits a second. */
  readonly outboundBitrate: number;
  /** The share of incoming packets that were lost, from 0 to 1. */
  readonly inboundLoss: number;
  /** The share of outgoing packets that were lost, from 0 to 1, as the other side reports it. */
  readonly outboundLoss: number;
  /** The round-trip time in milliseconds; null before the first measurement. */
  readonly roundTripMs: number | null;
  /** The jitter of incoming audio, in milliseconds; null while none arrives. */
  readonly jitterMs: number | null;
  /** Whether media flows directly or through a TURN server; null while it does not flow. */
  readonly route: 'direct' | 'relayed' | null;
  /** The browser's estimate of how much can be sent, in bits a second; null if it gives none. */
  readonly availableOutgoingBitrate: number | null;
}

/** The fields that are read here from an entry of an `RTCStatsReport` (W3C webrtc-stats). */
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
  /** In milliseconds, by a monotonic clock. */
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

/** Reads how much has arrived on a connection until now. */
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
 * @param steadyMs the same moment by a monotonic clock, with any origin
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

/** The statistics between two readings of the counters. */
export function statisticsBetween(before: Counters, now: Counters): PeerStatistics {
  const seconds = Math.max(0.001, (now.steadyMs - before.steadyMs) / 1_000);
  // The counters of a connection that was made anew start from zero again.
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
  // Firefox has no entry for the transport, and marks the selected pair itself.
  return named ?? all.find(({ type, selected }) => type === 'candidate-pair' && selected === true);
}

function inMs(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1_000);
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, part / whole);
}
