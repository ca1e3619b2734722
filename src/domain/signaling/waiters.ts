/** Who waits at this node before which room. */
export class Waiters {
  readonly #waiting = new Map<string, number>();

  /** Somebody waits from now on; calling the answer, once or again, ends that. */
  add(accountId: string, roomId: string): () => void {
    const key = keyOf(accountId, roomId);
    this.#waiting.set(key, (this.#waiting.get(key) ?? 0) + 1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const left = (this.#waiting.get(key) ?? 1) - 1;
      if (left > 0) this.#waiting.set(key, left);
      else this.#waiting.delete(key);
    };
  }

  has(accountId: string, roomId: string): boolean {
    return this.#waiting.has(keyOf(accountId, roomId));
  }
}

function keyOf(accountId: string, roomId: string): string {
  return `${roomId} ${accountId}`;
}
