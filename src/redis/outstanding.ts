/** Counts the requests that are not answered yet. */
export class Outstanding {
  #count = 0;
  #waiting: (() => void)[] = [];

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count === 0 && this.#waiting.length > 0) {
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Resolves when everything is answered. */
  async none(): Promise<void> {
    while (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
