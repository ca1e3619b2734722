import { ByteBudgets } from '../../src/domain/signaling/byte-budgets.ts';

/** Byte budgets that never refuse a signal. */
export function plentyOfBytes(): ByteBudgets {
  const rate = { perSecond: 1e9, burst: 1e9 };
  return new ByteBudgets({
    participant: rate,
    account: rate,
    process: 1e12,
    keptMs: 1000,
    unread: 1e9,
  });
}
