import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type BuiltPage, buildCallPage, launchBrowser } from './browser.ts';
import { startServer, type TestServer } from './server.ts';

/** A server with the built call page, and a browser for it, for the tests of the `describe` that this is called in. */
export class ServedCallPage {
  #built: BuiltPage | null = null;
  #server: TestServer | null = null;
  #browser: Browser | null = null;

  /** @param flags more flags of the browser */
  constructor(flags: readonly string[] = []) {
    beforeAll(async () => {
      this.#built = await buildCallPage();
      this.#server = await startServer({ overrides: { pagesFolder: this.#built.folder } });
      this.#browser = await launchBrowser('granted', { args: [...flags] });
    });
    // A test that failed leaves nothing behind that slows the others down.
    afterEach(async () => {
      for (const context of this.browser.contexts()) await context.close();
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.#server?.close();
      await this.#built?.remove();
    });
  }

  /** Of the built page's files. */
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
