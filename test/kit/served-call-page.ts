import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type BuiltPage, buildCallPage, launchBrowser } from './browser.ts';
import { startServer, type TestServer } from './server.ts';

/** A server with the built call page, and a browser for it, for the tests of the surrounding `describe`. */
export class ServedCallPage {
  #built: BuiltPage | null = null;
  #server: TestServer | null = null;
  #browser: Browser | null = null;

  /**
   * @param flags additional flags of the browser
   * @param env what an operator would set
   */
  constructor(flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    beforeAll(async () => {
      this.#built = await buildCallPage();
      this.#server = await startServer({ env, overrides: { pagesFolder: this.#built.folder } });
      this.#browser = await launchBrowser('granted', { args: [...flags] });
    });
    // A failed test must not leave anything open that slows down the others.
    afterEach(async () => {
      for (const context of this.browser.contexts()) await context.close();
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.#server?.close();
      await this.#built?.remove();
    });
  }

  /** The folder of the built page. */
  get folder(): string {
    return there(this.#built).folder;
  }

  get url(): string {
    return there(this.#server).url;
  }

  get browser(): Browser {
    return there(this.#browser);
  }
}

function there<Part>(part: Part | null): Part {
  if (part === null) throw new Error('The call page is served once the tests have begun.');
  return part;
}
