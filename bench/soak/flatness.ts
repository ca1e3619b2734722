/** One figure over time. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  /** How much it may rise over the run: a share of its mean, but at least the given amount. */
  readonly mayRise: { readonly share: number; readonly least: number };
  readonly points: readonly { readonly minute: number; readonly value: number }[];
}

/** The trend of a figure, by a line through its points (least squares). */
export interface Verdict {
  readonly name: string;
  readonly unit: string;
  readonly mean: number;
  /** How much the line rises from the first point to the last. */
  readonly rise: number;
  /** The standard error of that rise. */
  readonly error: number;
  readonly mayRise: number;
  readonly flat: boolean;
}

/** Points before this share of the run are left out, because caches fill and code is compiled then. */
const WARM_UP = 0.25;

/** The points after the warm-up. */
export function settled<Point extends { readonly minute: number }>(
  points: readonly Point[],
): readonly Point[] {
  const end = points.at(-1)?.minute ?? 0;
  return points.filter(({ minute }) => minute >= end * WARM_UP);
}

/**
 * Judges whether a figure is flat: its rise is allowed, or cannot be distinguished from noise (two standard errors).
 */
export function judge({ name, unit, mayRise: { share, least }, points }: Series): Verdict {
  const counted = settled(points);
  const n = counted.length;
  if (n < 4) throw new Error(`${name}: ${n} points are too few to judge; run for longer`);
  const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const x = meanOf(counted.map(({ minute }) => minute));
  const mean = meanOf(counted.map(({ value }) => value));
  const spread = counted.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
  const slope =
    counted.reduce((sum, { minute, value }) => sum + (minute - x) * (value - mean), 0) / spread;
  const residual = counted.reduce(
    (sum, { minute, value }) => sum + (value - mean - slope * (minute - x)) ** 2,
    0,
  );
  const minutes = (counted.at(-1)?.minute ?? 0) - (counted[0]?.minute ?? 0);
  const rise = slope * minutes;
  const error = Math.sqrt(residual / (n - 2) / spread) * minutes;
  const mayRise = Math.max(least, share * mean);
  return { name, unit, mean, rise, error, mayRise, flat: rise - 2 * error <= mayRise };
}
