import { announce, serve } from '../harness/rpc.ts';
import { type Usage, usage } from '../harness/usage.ts';
import type { Protocol } from './participant.ts';
import { graphQL } from './protocols/graphql.ts';
import { peerJs } from './protocols/peerjs.ts';
import { type PeerQLOptions, peerQL, register } from './protocols/peerql.ts';
import { socketIo } from './protocols/socketio.ts';
import { wsRelay } from './protocols/ws-relay.ts';
import {
  Accounts,
  type AccountsOptions,
  CallsUnderLogins,
  type CallsUnderLoginsOptions,
} from './workloads/accounts.ts';
import { CallSetup, type CallSetupOptions } from './workloads/call-setup.ts';
import { Idle } from './workloads/idle.ts';
import { MeshJoins, type MeshJoinsOptions } from './workloads/mesh-joins.ts';
import { Presence, type PresenceOptions } from './workloads/presence.ts';
import { Rings, type RingsOptions } from './workloads/rings.ts';
import { SignalRelay, type SignalRelayOptions } from './workloads/signal-relay.ts';
import { type Budget, type Figures, inParallel, type Workload } from './workloads/workload.ts';

export type ProtocolChoice =
  | { name: 'ws-relay' | 'peerjs' | 'graphql' }
  | { name: 'socketio'; acknowledge: boolean }
  | ({ name: 'peerql' } & PeerQLOptions);

export type WorkloadChoice =
  | ({ name: 'call-setup' } & CallSetupOptions)
  | ({ name: 'signal-relay' } & SignalRelayOptions)
  | ({ name: 'mesh-joins' } & MeshJoinsOptions)
  | ({ name: 'presence' } & PresenceOptions)
  | ({ name: 'accounts' } & AccountsOptions)
  | ({ name: 'calls-under-logins' } & CallsUnderLoginsOptions)
  | ({ name: 'rings' } & RingsOptions)
  | { name: 'idle' };

/** The figures of a measurement, and what it cost the generator. */
export interface Run extends Figures {
  generator: { cpuMicros: number; wallMicros: number };
}

let protocol: Protocol | null = null;
let workload: Workload | null = null;

function protocolFor(choice: ProtocolChoice, ports: readonly number[]): Protocol {
  const [port = 0] = ports;
  switch (choice.name) {
    case 'ws-relay':
      return wsRelay(port);
    case 'peerjs':
      return peerJs(port);
    case 'socketio':
      return socketIo(ports, choice.acknowledge);
    case 'peerql':
      return peerQL(ports, choice);
    case 'graphql': {
      let rooms = 0;
      return graphQL(
        ports,
        (user) => `user-${user}`,
        async () => `room-${++rooms}`,
      );
    }
  }
}

function workloadFor(choice: WorkloadChoice, against: Protocol): Workload {
  switch (choice.name) {
    case 'call-setup':
      return new CallSetup(against, choice);
    case 'signal-relay':
      return new SignalRelay(against, choice);
    case 'mesh-joins':
      return new MeshJoins(against, choice);
    case 'presence':
      return new Presence(against, choice);
    case 'accounts':
      return new Accounts(against, choice);
    case 'calls-under-logins':
      return new CallsUnderLogins(against, choice);
    case 'rings':
      return new Rings(against, choice);
    case 'idle':
      return new Idle(against);
  }
}

serve({
  connect({ choice, ports }: { choice: ProtocolChoice; ports: number[] }) {
    protocol = protocolFor(choice, ports);
  },

  async prepare(choice: WorkloadChoice) {
    if (!protocol) throw new Error('no server to run against');
    workload = workloadFor(choice, protocol);
    await workload.prepare();
  },

  async run(budget: Budget): Promise<Run> {
    if (!workload) throw new Error('no workload prepared');
    globalThis.gc?.();
    const before: Usage = usage();
    const start = performance.now();
    const figures = await workload.run(budget);
    const wallMicros = (performance.now() - start) * 1000;
    return {
      ...figures,
      generator: { cpuMicros: usage().cpuMicros - before.cpuMicros, wallMicros },
    };
  },

  async grow(total: number) {
    if (!(workload instanceof Idle)) throw new Error('only idle participants grow in number');
    await workload.grow(total);
  },

  async close() {
    await workload?.close();
    workload = null;
  },

  /** Creates accounts on a PeerQL server and returns a token for each. */
  async seed({ port, accounts }: { port: number; accounts: number }): Promise<string[]> {
    const tokens: string[] = [];
    const numbers = Array.from({ length: accounts }, (_, number) => number);
    await inParallel(numbers, 8, async (number) => {
      const token = await register(port, `seed-${number}@bench.example`);
      if (token === null) throw new Error('too many registrations at once');
      tokens[number] = token;
    });
    return tokens;
  },
});
announce(null);
