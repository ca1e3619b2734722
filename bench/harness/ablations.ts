/** One technique of PeerQL's turned off. */
export interface Ablation {
  name: string;
  label: string;
  /** Overrides of `createApp` (src/app.ts). */
  overrides: object;
}

/** A server for each runs beside PeerQL in the plan's ablated workloads. */
export const ablations: Ablation[] = [
  {
    name: 'interpreted',
    label: 'PeerQL without compiled operations',
    overrides: { compiled: false },
  },
];
