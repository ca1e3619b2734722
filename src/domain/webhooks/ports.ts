/** One message for one receiver that waits to be sent. */
export interface Delivery {
  /** The id of the message, the same for every receiver and every attempt. */
  readonly id: string;
  readonly url: string;
  readonly roomId: string;
  /** Its place among the messages of its room: earlier ones are smaller as strings. */
  readonly place: string;
  /** JSON. */
  readonly body: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** How often sending it has failed. */
  readonly attempts: number;
}

/** What a node asks for when it can send more. Times are milliseconds since the Unix epoch. */
export interface Claim {
  readonly url: string;
  readonly now: number;
  /** When the messages are due again, unless they are removed or postponed before. */
  readonly until: number;
  /** Only messages made until then. Before a younger one, another node may still have to store an earlier message. */
  readonly settled: number;
  readonly limit: number;
}

/**
 * Stored messages that wait to be sent. Every method rejects with `UnavailableError` while the store does not answer.
 */
export interface WebhookOutbox {
  /** Stores them all, due at once. A message that exists already, by id and URL, is not changed. */
  append(deliveries: readonly Delivery[]): Promise<void>;
  /** How many wait for one receiver. */
  count(url: string): Promise<number>;
  /**
   * Takes the due messages for one receiver: from each room only the first that waits, if it is due. They are not due
   * again before `until`, so that no other node takes them meanwhile. Messages behind the first of their room must not
   * make this slower, however many they are.
   */
  claim(wanted: Claim): Promise<Delivery[]>;
  /**
   * The clock was set, or may have been. Afterwards no message is dated after `now`, and no message that waits for its
   * time waits beyond `until`. A message that waits behind one that does not exist any more (a process ended at that
   * moment) becomes due.
   */
  hasten(times: { readonly now: number; readonly until: number }): Promise<void>;
  /** Sending it has failed once more; it is due again at `dueAt`. */
  postpone(delivery: Delivery, dueAt: number): Promise<void>;
  /** Removes the name of a deleted user from the messages that wait. */
  forgetUser(userId: string): Promise<void>;
  /** Removes a message that arrived or is given up. */
  remove(delivery: Delivery): Promise<void>;
}

/** Sends messages to receivers. */
export interface WebhookSender {
  /** Resolves when the receiver has accepted it; otherwise rejects with an Error of one sentence. */
  send(delivery: Delivery): Promise<void>;
}
