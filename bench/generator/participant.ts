/** What happens to a participant; a workload sets what it waits for. */
export interface Hooks {
  /** A candidate came, with the number of who sent it and its place in that sender's order. */
  candidate(sender: number, order: number): void;
  offer(from: string): void;
  answer(from: string): void;
  joined(id: string): void;
  left(id: string): void;
  updated(): void;
  /** One send was acknowledged to its last frame; never called where the server acknowledges nothing. */
  acknowledged(): void;
  failed(why: string): void;
}

export interface Snapshot {
  self: string;
  /** Those who were there before. */
  others: string[];
}

/** One participant at the end of one socket, whatever the server's protocol. */
export interface Participant {
  hooks: Hooks;
  /** Who it is in the room it joined last. */
  readonly id: string;
  /** Connects, and signs in where there is something to sign in to. */
  open(): Promise<void>;
  join(room: string): Promise<Snapshot>;
  /** Leaves the room; the socket stays. */
  leave(): void;
  sendOffer(to: string, sdpJson: string): void;
  sendAnswer(to: string, sdpJson: string): void;
  /** Sends candidates, as JSON joined by commas, in one message. */
  sendCandidates(to: string, candidatesJson: string): void;
  setMedia(audio: boolean): void;
  /** Has every send been answered, where the server answers? */
  settled(): boolean;
  close(): void;
}

/** A server's protocol, and what a participant may expect of it. */
export interface Protocol {
  /** Does the server answer each send? */
  acknowledges: boolean;
  /** Has it rooms and presence, or does it only relay between ids? */
  presence: boolean;
  /** Nodes of the server. */
  nodes: number;
  /** @param node where it connects; default: users take the nodes in turn */
  participant(user: number, node?: number): Participant;
  /** Makes a room in which the users may meet, and answers its id. */
  createRoom(host: number, capacity: number): Promise<string>;
  /** Absent where the server knows no accounts. */
  accounts?: AccountCalls;
}

/** Each resolves to false when the server says that it has too much to do. */
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
