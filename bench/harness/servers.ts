import type { ProtocolChoice } from '../generator/main.ts';

/** A server under test: a file to run, and the protocol to drive it. */
export interface ServerVariant {
  name: string;
  /** Its name in the table. */
  label: string;
  entry: URL;
  args?: string[];
  env?: Record<string, string>;
  protocol: ProtocolChoice;
  /** Whether it has rooms in which people see each other come and go. */
  presence: boolean;
  accounts: boolean;
  /** Whether its users can ring each other. */
  calls?: boolean;
  /** How many processes share a separate Redis. With accounts, which are created there, they also share a MongoDB. */
  cluster?: { nodes: number; accounts: number };
}

const peer = (file: string) => new URL(`../peers/${file}.js`, import.meta.url);

/** The servers that PeerQL is compared with. */
export const peers: ServerVariant[] = [
  {
    name: 'ws',
    label: 'raw ws relay',
    entry: peer('ws-relay'),
    protocol: { name: 'ws-relay' },
    presence: true,
    accounts: false,
  },
  {
    name: 'socketio',
    label: 'Socket.IO',
    entry: peer('socketio-relay'),
    protocol: { name: 'socketio', acknowledge: false },
    presence: true,
    accounts: false,
  },
  {
    name: 'socketio-ack',
    label: 'Socket.IO + ack',
    entry: peer('socketio-relay'),
    protocol: { name: 'socketio', acknowledge: true },
    presence: true,
    accounts: true,
    calls: true,
  },
  {
    name: 'peerjs',
    label: 'PeerJS server',
    entry: peer('peerjs'),
    protocol: { name: 'peerjs' },
    presence: false,
    accounts: false,
  },
  {
    name: 'yoga',
    label: 'Yoga + graphql-ws',
    entry: peer('yoga'),
    protocol: { name: 'graphql' },
    presence: true,
    accounts: false,
  },
  {
    name: 'mercurius',
    label: 'Mercurius',
    entry: peer('mercurius'),
    protocol: { name: 'graphql' },
    presence: true,
    accounts: false,
  },
  {
    name: 'apollo',
    label: 'Apollo Server + graphql-ws',
    entry: peer('apollo'),
    protocol: { name: 'graphql' },
    presence: true,
    accounts: false,
  },
];

/** The servers that PeerQL's cluster is compared with. */
export const clusterPeers: ServerVariant[] = [1, 2].map((nodes) => ({
  name: `socketio-redis-${nodes}`,
  label: `Socket.IO + ack, Redis streams, ${nodes === 1 ? 'one node' : `${nodes} nodes`}`,
  entry: peer('socketio-redis'),
  protocol: { name: 'socketio', acknowledge: true },
  presence: true,
  accounts: false,
  cluster: { nodes, accounts: 0 },
}));
