import { UnavailableError } from '../../domain/errors.ts';

/** Work that must be done, if not now then as soon as it can be. */
export class Owed {
  #waiting: (() => void)[] = [];

  /** Does it until it is done; resolves then. It must do no harm to do it twice. */
  async until<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
  }

  /** It can be done now. */
  retry(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
