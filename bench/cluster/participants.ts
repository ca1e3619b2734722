import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { announce, serve } from '../harness/rpc.ts';
import { percentiles } from '../harness/statistics.ts';

// Participants that use the SDK, in a separate process: with its resumes, its backoff, its heartbeat.

interface Snapshot {
  __typename: string;
  self?: { id: string };
  recovered?: boolean;
  participants?: { id: string }[];
}

interface Link {
  readonly state: string;
  sendOffer(to: string, sdp: string): Promise<void>;
  on(event: 'state', listener: (state: string) => void): unknown;
  on(event: 'event', listener: (event: Snapshot) => void): unknown;
  on(event: 'end', listener: (end: { reason: string }) => void): unknown;
}

interface Sdk {
  RoomLink: new (options: object) => Link;
}

export interface Seat {
  roomId: string;
  token: string;
}

/** The result for participants who lost their sockets. */
export interface Return {
  lost: number;
  back: number;
  /** Milliseconds from the announced loss until they were back. */
  ms: { p50: number; p99: number; max: number } | null;
  /** How many lost their stay, or could not get their events replayed. */
  dropped: number;
  ended: string[];
}

/** What became of the signals that were sent. */
export interface Sent {
  accepted: number;
  /**
   * Refused, because the stay of the sender or the addressee had ended: on a machine that is too small, somebody was
   * away for longer than a stay is kept.
   */
  ended: number;
  /** Refused although both stays went on, with the messages. */
  wronged: string[];
}

const dist = new URL('../../../dist/', import.meta.url);
const { RoomLink } = (await import(new URL('client/room-link.js', dist).href)) as Sdk;
const OPENING_AT_ONCE = 64;
/** About as long as a message with a candidate. */
const offer = 'v=0 '.repeat(64);

let ports: number[] = [];
let next = 0;

/** Uses the nodes in turn, as a load balancer does, and skips those that are known to be gone. */
class BalancedSocket extends WebSocket {
  constructor(_url: string, protocols?: string | string[]) {
    super(`ws://127.0.0.1:${ports[next++ % ports.length]}/graphql`, protocols);
    // A socket that is abandoned before it is open fails after the SDK has stopped listening.
    this.on('error', () => {});
  }
}

class Participant {
  readonly link: Link;
  id: string | null = null;
  /** Another participant of the room, if there was one at the join. */
  peer: string | null = null;
  lostAt: number | null = null;
  backAt: number | null = null;
  dropped = false;
  ended: string | null = null;

  constructor({ roomId, token }: Seat) {
    const socket = {
      url: 'ws://127.0.0.1/graphql',
      token: async () => token,
      webSocket: BalancedSocket,
    };
    this.link = new RoomLink({ roomId, socket });
    this.link.on('state', (state) => {
      if (state === 'reconnecting') {
        this.lostAt = performance.now();
        this.backAt = null;
      } else if (state === 'connected' && this.lostAt !== null) this.backAt = performance.now();
    });
    this.link.on('event', ({ __typename, self, recovered, participants: others }) => {
      if (__typename !== 'RoomSnapshot' || self === undefined) return;
      if (this.id !== null && (self.id !== this.id || recovered !== true)) this.dropped = true;
      this.id = self.id;
      this.peer = others?.[0]?.id ?? null;
    });
    this.link.on('end', ({ reason }) => {
      this.ended = reason;
    });
  }
}

const participants: Participant[] = [];

/** Resolves when nobody is on the way back any more, or after a minute. */
async function settled(): Promise<void> {
  const began = performance.now();
  const isBack = ({ lostAt, backAt, ended }: Participant) =>
    lostAt === null || backAt !== null || ended !== null;
  while (!participants.every(isBack) && performance.now() - began < 60_000) await delay(20);
}

serve({
  /** Lets one participant join for each seat; resolves when all are in. */
  async join({ seats, at }: { seats: Seat[]; at: number[] }): Promise<void> {
    ports = at;
    let place = 0;
    const lane = async () => {
      while (place < seats.length) {
        const participant = new Participant(seats[place++] as Seat);
        participants.push(participant);
        while (participant.id === null) {
          if (participant.ended !== null) throw new Error(`refused: ${participant.ended}`);
          await delay(5);
        }
      }
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, lane));
  },

  /** Sets the nodes and forgets earlier losses; returns how many had lost a socket. */
  nodes(at: number[]): number {
    ports = at;
    const before = participants.filter(({ lostAt }) => lostAt !== null);
    for (const participant of before) {
      participant.lostAt = null;
      participant.dropped = false;
    }
    return before.length;
  },

  /** Everybody with a peer sends it this many offers. */
  async send(each: number): Promise<Sent> {
    const sent: Sent = { accepted: 0, ended: 0, wronged: [] };
    const refused: { sender: Participant; stay: string | null; peer: string; error: unknown }[] =
      [];
    const sends: Promise<void>[] = [];
    for (let round = 0; round < each; round++) {
      for (const sender of participants) {
        const { link, id: stay, peer } = sender;
        if (peer === null) continue;
        const signal = link.sendOffer(peer, offer).then(
          () => {
            sent.accepted += 1;
          },
          (error: unknown) => {
            refused.push({ sender, stay, peer, error });
          },
        );
        sends.push(signal);
      }
    }
    await Promise.all(sends);
    // Whose stay has ended learns that only when it is back.
    if (refused.length > 0) await settled();
    const stays = new Set(
      participants.flatMap(({ id, ended }) => (ended === null ? (id ?? []) : [])),
    );
    for (const { stay, sender, peer, error } of refused) {
      if (sender.ended === null && sender.id === stay && stays.has(peer)) {
        sent.wronged.push(String(error));
      } else sent.ended += 1;
    }
    return sent;
  },

  /** Waits until everybody who lost a socket is back, at least `lost` participants. */
  async returned({ lost, withinMs }: { lost: number; withinMs: number }): Promise<Return> {
    const began = performance.now();
    const gone = () => participants.filter(({ lostAt }) => lostAt !== null);
    const isOver = () => {
      const those = gone();
      return those.length >= lost && those.every(({ backAt, ended }) => backAt !== null || ended);
    };
    while (!isOver() && performance.now() - began < withinMs) await delay(20);
    const those = gone();
    const first = Math.min(...those.map(({ lostAt }) => lostAt ?? Number.POSITIVE_INFINITY));
    const times = those.flatMap(({ backAt }) => (backAt === null ? [] : [backAt - first]));
    const answer: Return = {
      lost: those.length,
      back: times.length,
      ms: percentiles(Float64Array.from(times)),
      dropped: those.filter(({ dropped, ended }) => dropped || ended).length,
      ended: those.flatMap(({ ended }) => ended ?? []),
    };
    for (const participant of those) participant.lostAt = null;
    return answer;
  },
});
announce(null);
