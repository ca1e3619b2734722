import { expect, it } from 'vitest';
import { QualityMeter } from '../../src/client/connection-quality.ts';
import type { PeerStatistics } from '../../src/client/statistics.ts';

function measured(inboundLoss: number, roundTripMs: number | null, outboundLoss = 0) {
  const rest = { at: 0, inboundBitrate: 0, outboundBitrate: 0, jitterMs: null };
  const route = 'direct' as const;
  const availableOutgoingBitrate = null;
  const found: PeerStatistics = {
    ...rest,
    inboundLoss,
    outboundLoss,
    roundTripMs,
    route,
    availableOutgoingBitrate,
  };
  return found;
}

it.each([
  [0.029, 299, 'good'],
  [0.031, 100, 'fair'],
  [0, 301, 'fair'],
  [0.11, 100, 'poor'],
  [0, 601, 'poor'],
] as const)('calls a loss of %d and a round trip of %d ms %s', (loss, roundTripMs, quality) => {
  const [inbound, outbound] = [new QualityMeter(), new QualityMeter()];
  inbound.add(measured(loss, roundTripMs));
  outbound.add(measured(0, roundTripMs, loss));
  expect(inbound.quality('connected')).toBe(quality);
  expect(outbound.quality('connected')).toBe(quality);
});

it('knows nothing before the first measurement, and nothing good of a lost connection', () => {
  const meter = new QualityMeter();
  expect(meter.quality('connecting')).toBe('unknown');
  expect(meter.quality('connected')).toBe('unknown');
  meter.add(measured(0, null));
  expect(meter.quality('connected')).toBe('good');
  expect(meter.quality('reconnecting')).toBe('lost');
});

it('does not judge by one bad moment', () => {
  const meter = new QualityMeter();
  for (let round = 0; round < 5; round += 1) meter.add(measured(0, 20));
  meter.add(measured(0.15, 20));
  expect(meter.quality('connected')).toBe('fair');
  meter.add(measured(0.15, 20));
  expect(meter.quality('connected')).toBe('poor');
});
