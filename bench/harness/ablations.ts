/** One technique of PeerQL's turned off. */
export interface Ablation {
  name: string;
  label: string;
  /** Overrides of `createApp` (src/server/app.ts). */
  overrides: object;
}

/** A server for each runs beside PeerQL in the plan's ablated workloads. */
export const ablations: Ablation[] = [
  {
    name: 'interpreted',
    label: 'PeerQL without compiled operations',
    overrides: { techniques: { compiled: false } },
  },
  {
    name: 'through-graphql-ws',
    label: 'PeerQL with answers through graphql-ws',
    overrides: { techniques: { direct: false } },
  },
  {
    name: 'ungathered',
    label: 'PeerQL with a write a frame',
    overrides: { techniques: { gathered: false } },
  },
  {
    name: 'pulled',
    label: 'PeerQL with events through async iterators',
    overrides: { techniques: { pushed: false } },
  },
  {
    name: 'unshared',
    label: 'PeerQL with each event shaped for each receiver',
    overrides: { techniques: { shared: false } },
  },
  {
    name: 'executed',
    label: 'PeerQL with each event executed and serialised',
    overrides: { techniques: { written: false } },
  },
];
