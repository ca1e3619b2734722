/** Counts the messages of one WebSocket, or of all those of one address, by the second. */
export class MessageRate {
  #second = 0;
  #messages = 0;

  /** How many there have been in the latest second. */
  get messages(): number {
    return this.#messages;
  }

  /** Counts one at `now`, the elapsed time of a clock in milliseconds; answers whether there were more than `limit` in its second. */
  isOver(limit: number, now: number): boolean {
    const second = Math.trunc(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#messages = 0;
    }
    this.#messages += 1;
    return this.#messages > limit;
  }
}
