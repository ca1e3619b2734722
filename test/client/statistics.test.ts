import { expect, it } from 'vitest';
import {
  countersOf,
  type StatisticsEntry,
  statisticsBetween,
} from '../../src/client/statistics.ts';

/** What Chromium tells of a connection with one audio and one video track each way. */
function report(change: {
  received?: number;
  sent?: number;
  lost?: number;
  lostThere?: number;
  relayed?: 'local' | 'remote';
}): StatisticsEntry[] {
  const { received = 0, sent = 0, lost = 0, lostThere = 0, relayed } = change;
  return [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    { id: 'other', type: 'candidate-pair', localCandidateId: 'L2', currentRoundTripTime: 9 },
    {
      id: 'P',
      type: 'candidate-pair',
      localCandidateId: 'L',
      remoteCandidateId: 'R',
      currentRoundTripTime: 0.0423,
      availableOutgoingBitrate: 300_000,
    },
    { id: 'L', type: 'local-candidate', candidateType: relayed === 'local' ? 'relay' : 'host' },
    { id: 'R', type: 'remote-candidate', candidateType: relayed === 'remote' ? 'relay' : 'prflx' },
    {
      id: 'IA',
      type: 'inbound-rtp',
      kind: 'audio',
      bytesReceived: received * 100,
      packetsReceived: received,
      packetsLost: lost,
      jitter: 0.012,
    },
    { id: 'IV', type: 'inbound-rtp', kind: 'video', bytesReceived: received * 900 },
    { id: 'OA', type: 'outbound-rtp', kind: 'audio', bytesSent: sent * 125, packetsSent: sent },
    { id: 'RI', type: 'remote-inbound-rtp', kind: 'audio', packetsLost: lostThere },
  ];
}

it('tells bitrate, loss, round trip and route between two readings', () => {
  const before = countersOf(report({ received: 100, sent: 50 }), 1_000);
  const later = report({ received: 190, sent: 150, lost: 10, lostThere: 25 });
  expect(statisticsBetween(before, countersOf(later, 3_000))).toEqual({
    at: 3_000,
    inboundBitrate: (90 * 1_000 * 8) / 2,
    outboundBitrate: (100 * 125 * 8) / 2,
    inboundLoss: 0.1,
    outboundLoss: 0.25,
    roundTripMs: 42,
    jitterMs: 12,
    route: 'direct',
    availableOutgoingBitrate: 300_000,
  });
});

it.each(['local', 'remote'] as const)('knows a connection as relayed by its %s end', (relayed) => {
  const before = countersOf(report({}), 0);
  expect(statisticsBetween(before, countersOf(report({ relayed }), 1_000)).route).toBe('relayed');
});

it('finds the pair that Firefox marks, which has no entry for the transport', () => {
  const entries = report({ relayed: 'local' })
    .filter(({ type }) => type !== 'transport')
    .map((entry) => (entry.id === 'P' ? { ...entry, selected: true } : entry));
  const counters = countersOf(entries, 0);
  expect(statisticsBetween(counters, counters)).toMatchObject({
    route: 'relayed',
    roundTripMs: 42,
  });
});

it('says nothing where nothing is known, and never less than nothing', () => {
  const full = countersOf(report({ received: 100, sent: 100, lost: 5 }), 0);
  const anew = countersOf([], 1_000);
  expect(statisticsBetween(full, anew)).toEqual({
    at: 1_000,
    inboundBitrate: 0,
    outboundBitrate: 0,
    inboundLoss: 0,
    outboundLoss: 0,
    roundTripMs: null,
    jitterMs: null,
    route: null,
    availableOutgoingBitrate: null,
  });
});

it('measures by a clock that nobody sets, and says the time by one that somebody does', () => {
  const before = countersOf(report({ received: 100 }), 5_000_000, 1_000);
  const now = countersOf(report({ received: 190 }), 1_400_000, 3_000);
  expect(statisticsBetween(before, now)).toMatchObject({
    at: 1_400_000,
    inboundBitrate: (90 * 1_000 * 8) / 2,
  });
});
