import type { RingDevice } from './rings.ts';

/** Callbacks of a participant; a workload sets those that it waits for. */
export interface Hooks {
  /** A candidate came, with its sender's number and its position in that sender's order. */
  candidate(sender: number, order: number): void;
  offer(from: string): void;
  answer(from: string): void;
  joined(id: string): void;
  left(id: string): void;
  updated(): void;
  /** A send was fully acknowledged; never called if the server acknowledges nothing. */
  acknowledged(): void;
  failed(why: string): void;
}

export interface Snapshot {
  self: string;
  /** The participants who were there before. */
  others: string[];
}

/** One participant with one socket, for any server's protocol. */
export interface Participant {
  hooks: Hooks;
  /** Its id in the room that it joined last. */
  readonly id: string;
  /** Connects, and signs in if the server has sign-ins. */
  open(): Promise<void>;
  join(room: string): Promise<Snapshot>;
  /** Leaves the room; the socket stays. */
  leave(): void;
  sendOffer(to: string, sdpJson: string): void;
  sendAnswer(to: string, sdpJson: string): void;
  /** Sends candidates, as JSON joined by commas, in one message. */
  sendCandidates(to: string, candidatesJson: string): void;
  setMedia(audio: boolean): void;
  /** Whether every send has been answered; always true if the server does not answer. */
  settled(): boolean;
  close(): void;
}

/** A server's protocol, and what it offers. */
export interface Protocol {
  /** Whether the server answers each send. */
  acknowledges: boolean;
  /** Whether it has rooms and presence, instead of only relaying between ids. */
  presence: boolean;
  /** The number of nodes of the server. */
  nodes: number;
  /** @param node the node to connect to. Default: users are spread over the nodes in turn */
  participant(user: number, node?: number): Participant;
  /** Creates a room for the users, and returns its id. */
  createRoom(host: number, capacity: number): Promise<string>;
  /** Absent if the server has no accounts. */
  accounts?: AccountCalls;
  /** A device of a user. Absent if the server has no calls. */
  device?(user: number): Promise<RingDevice>;
}

/** Each call resolves to false when the server says that it is overloaded. */
export interface AccountCalls {
  register(email: string): Promise<boolean>;
  login(email: string): Promise<boolean>;
}

export const unexpected: Hooks = {
  candidate() {},
  offer() {},
  answer() {},
  joined() {},
  left() {},
  updated() {},
  acknowledged() {},
  failed(why) {
    throw new Error(why);
  },
};
