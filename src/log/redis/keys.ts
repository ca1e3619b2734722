/** Where one kind of aggregate is stored. All that belongs to one aggregate is in one hash slot. */
export class Keys {
  readonly #name: string;

  /** @param name of the kind of aggregate */
  constructor(name: string) {
    this.#name = name;
  }

  /** What is known of an aggregate and its log; see scripts/commit.lua for the fields. */
  hash(key: string): string {
    return `peerql:{${this.#name}/${key}}`;
  }

  /** The newest entries. */
  tail(key: string): string {
    return `${this.hash(key)}:log`;
  }

  /** Entries that are kept for those who come later. */
  kept(key: string): string {
    return `${this.hash(key)}:kept`;
  }

  /** Where a node is told of what happens in an aggregate. */
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

  /** When any node looked last for those that are due. */
  get swept(): string {
    return `peerql:{${this.#name}}:swept`;
  }

  /** Where every node hears what any node spreads. */
  get news(): string {
    return `peerql:${this.#name}:news`;
  }
}
