type Step = () => void | Promise<void>;

/** Closes what a start has opened, in the opposite order: when the server stops, or when a later step fails. */
export class CleanUp {
  readonly #steps: Step[] = [];

  /** Adds the step that closes what was opened last. */
  add(step: Step): void {
    this.#steps.push(step);
  }

  /** Runs all steps, the newest first, even if some fail. @throws the first failure, at the end */
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
