import type { PeerState } from './peer.ts';
import type { PeerStatistics } from './statistics.ts';

/**
 * The quality of a connection: `good` below 3 % loss and 300 ms round trip, `fair` below 10 % and 600 ms, `poor`
 * beyond; `lost` when nothing flows any more, `unknown` before the first measurement.
 */
export type ConnectionQuality = 'unknown' | 'good' | 'fair' | 'poor' | 'lost';

/** The weight of a new measurement against those before it. */
const WEIGHT = 0.5;

/** Judges one connection by its statistics. They are smoothed, so that a single bad moment does not decide. */
export class QualityMeter {
  #loss: number | null = null;
  #roundTripMs = 0;

  /** Takes one measurement into account. */
  add({ inboundLoss, outboundLoss, roundTripMs }: PeerStatistics): void {
    const loss = Math.max(inboundLoss, outboundLoss);
    this.#loss = this.#loss === null ? loss : mix(this.#loss, loss);
    if (roundTripMs === null) return;
    this.#roundTripMs = this.#roundTripMs === 0 ? roundTripMs : mix(this.#roundTripMs, roundTripMs);
  }

  quality(state: PeerState): ConnectionQuality {
    if (state !== 'connecting' && state !== 'connected') return 'lost';
    if (state === 'connecting' || this.#loss === null) return 'unknown';
    if (this.#loss < 0.03 && this.#roundTripMs < 300) return 'good';
    if (this.#loss < 0.1 && this.#roundTripMs < 600) return 'fair';
    return 'poor';
  }
}

function mix(before: number, now: number): number {
  return before * (1 - WEIGHT) + now * WEIGHT;
}
