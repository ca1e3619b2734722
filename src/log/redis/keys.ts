/** The keys of one kind of aggregate. All keys of one aggregate are in one hash slot. */
export class Keys {
  readonly #name: string;

  /** @param name of the kind of aggregate */
  constructor(name: string) {
    this.#name = name;
  }

  /** The state of an aggregate and its log; see scripts/commit.lua for the fields. */
  hash(key: string): string {
    return `peerql:{${this.#name}/${key}}`;
  }

  /** The newest entries. */
  tail(key: string): string {
    return `${this.hash(key)}:log`;
  }

  /** Entries that are kept for later followers. */
  kept(key: string): string {
    return `${this.hash(key)}:kept`;
  }

  /** The channel on which a node is told of an aggregate. */
  channel(key: string, nodeId: string): string {
    return `${this.hash(key)}@${nodeId}`;
  }

  /** Where a node is told over a whole Redis Cluster of an aggregate whose channel it could not listen on. */
  unheard(nodeId: string): string {
    return `peerql:${this.#name}:unheard:${nodeId}`;
  }

  /** The aggregates that somebody follows or waits for at a node. */
  ofNode(nodeId: string): string {
    return `peerql:${this.#name}:of:${nodeId}`;
  }

  /** The aggregates that are to be woken, by time. */
  get due(): string {
    return `peerql:{${this.#name}}:due`;
  }

  /** When any node last looked for due aggregates. */
  get swept(): string {
    return `peerql:{${this.#name}}:swept`;
  }

  /** The channel of what nodes spread. */
  get news(): string {
    return `peerql:${this.#name}:news`;
  }
}
