type Step = () => void | Promise<void>;

/** What a start has opened, to be let go of in the opposite order: when the server stops, or when a later step fails. */
export class CleanUp {
  readonly #steps: Step[] = [];

  /** Adds what lets go of the thing that was opened last. */
  add(step: Step): void {
    this.#steps.push(step);
  }

  /** Lets go of everything, the newest first, whatever fails on the way. @throws the first failure, at the end */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
