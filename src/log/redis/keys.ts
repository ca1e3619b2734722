/** The keys of one kind of aggregate. All keys of one aggregate are in one hash slot. */
export class Keys {
  readonly #name: string;

  /** @param name the name of the kind of aggregate */
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

  /** The channel with a node's messages about an aggregate. */
  channel(key: string, nodeId: string): string {
    return `${this.hash(key)}@${nodeId}`;
  }

  /** The channel, over a whole Redis Cluster, that names aggregates of which nobody heard a message for this node. */
  unheard(nodeId: string): string {
    return `peerql:${this.#name}:unheard:${nodeId}`;
  }

  /** The aggregates in which somebody follows or waits at a node. */
  ofNode(nodeId: string): string {
    return `peerql:${this.#name}:of:${nodeId}`;
  }

  /** The nodes that have such aggregates, or had them until they died. */
  get nodes(): string {
    return `peerql:${this.#name}:nodes`;
  }

  /** The aggregates that are to be woken, by time. */
  get due(): string {
    return `peerql:{${this.#name}}:due`;
  }

  /** When any node last looked for due aggregates. */
  get swept(): string {
    return `peerql:{${this.#name}}:swept`;
  }

  /** The channel for news between nodes. */
  get news(): string {
    return `peerql:${this.#name}:news`;
  }
}
