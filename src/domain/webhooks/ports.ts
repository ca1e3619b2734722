/** One message for one receiver, as it waits to be sent. */
export interface Delivery {
  /** Names the message; the same for every receiver and every attempt. */
  readonly id: string;
  readonly url: string;
  readonly roomId: string;
  /** Its place among the messages of its room: earlier ones are smaller as strings. */
  readonly place: string;
  /** JSON. */
  readonly body: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** How often it was sent in vain. */
  readonly attempts: number;
}

/** What a node has room to send. Times are milliseconds since the Unix epoch. */
export interface Claim {
  readonly url: string;
  readonly now: number;
  /** When it is due again, unless something is heard of it. */
  readonly until: number;
  /** Only what was made until then: what is younger may be overtaken by what another node has not stored yet. */
  readonly settled: number;
  readonly limit: number;
}

/** Messages that wait to be sent, at rest. Every method rejects with `UnavailableError` while the store does not answer. */
export interface WebhookOutbox {
  /** Stores them all, due at once. One that is there already, by id and URL, stays as it is. */
  append(deliveries: readonly Delivery[]): Promise<void>;
  /** How many wait, for all receivers together. */
  count(): Promise<number>;
  /**
   * Takes what is due for one receiver: of each room the first that waits, and nothing where that is not due. What was
   * taken is not due again before `until`, so that nobody else takes it meanwhile. What waits behind another costs
   * nothing, however much it is.
   */
  claim(wanted: Claim): Promise<Delivery[]>;
  /**
   * The clock was set, or may have been: nothing is of after `now`, and nothing that was to be sent waits for longer than
   * until `until`. What waits behind another that is not there any more, since a process ended in that moment, is due.
   */
  hasten(times: { readonly now: number; readonly until: number }): Promise<void>;
  /** It is due again at `dueAt`, with one more attempt in vain. */
  postpone(delivery: Delivery, dueAt: number): Promise<void>;
  /** Takes a user's name out of what waits: the account is deleted. */
  forgetUser(userId: string): Promise<void>;
  /** It arrived, or is given up. */
  remove(delivery: Delivery): Promise<void>;
}

/** Sends messages to receivers. */
export interface WebhookSender {
  /** Resolves when the receiver has taken it; rejects with an Error of one sentence otherwise. */
  send(delivery: Delivery): Promise<void>;
}
