import { type ChildProcess, spawn } from 'node:child_process';
import { describe } from 'vitest';
import { freePort } from './free-port.ts';
import { findOrSkip } from './program.ts';
import { until } from './waiting.ts';

const HOW =
  'WebKit is tried by its driver on a display of its own; install both (Debian: apt-get install webkit2gtk-driver xvfb) or name WebKitWebDriver by WEBKIT_DRIVER_BINARY';
const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/** Tests that need WebKit. Without it they are skipped with one loud line; with CI=true they fail. */
export function describeInWebKit(name: string, tests: (driver: string) => void): void {
  const driver = findOrSkip('WEBKIT_DRIVER_BINARY', ['WebKitWebDriver'], HOW);
  const display = findOrSkip('XVFB_RUN_BINARY', ['xvfb-run'], HOW);
  if (driver === null || display === null) describe.skip(name, () => tests(''));
  else describe(name, () => tests(driver));
}

/** A WebKit that is controlled by WebDriver (W3C), on a virtual display. */
export class WebKit {
  readonly #process: ChildProcess;
  readonly #driver: string;
  #session = '';

  private constructor(process: ChildProcess, driver: string) {
    this.#process = process;
    this.#driver = driver;
  }

  static async launch(driver: string): Promise<WebKit> {
    const port = await freePort();
    // In a separate process group, so that the display ends with it.
    const child = spawn('xvfb-run', ['-a', driver, `--port=${port}`], {
      detached: true,
      stdio: 'ignore',
    });
    const one = new WebKit(child, `http://127.0.0.1:${port}`);
    const ready = () =>
      one.#send('GET', '/status').then(
        () => true,
        () => false,
      );
    await until(ready, 'the driver of WebKit', 30_000);
    const options = { binary: BROWSER, args: ['--automation'] };
    const alwaysMatch = { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options };
    const made = await one.#send('POST', '/session', { capabilities: { alwaysMatch } });
    one.#session = `/session/${(made as { readonly sessionId: string }).sessionId}`;
    return one;
  }

  async goto(url: string): Promise<void> {
    await this.#send('POST', `${this.#session}/url`, { url });
  }

  /** Runs a function in the page. Arguments and result are passed as JSON. */
  run<Args extends readonly unknown[], Result>(
    script: (...args: Args) => Result,
    ...args: Args
  ): Promise<Result> {
    const body = { script: `return (${script.toString()})(...arguments)`, args };
    return this.#send('POST', `${this.#session}/execute/sync`, body) as Promise<Result>;
  }

  async close(): Promise<void> {
    if (this.#session !== '') await this.#send('DELETE', this.#session);
    if (this.#process.pid !== undefined) process.kill(-this.#process.pid);
  }

  async #send(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.#driver}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { readonly value: unknown };
    if (!answer.ok) throw new Error(`WebKit: ${JSON.stringify(value)}`);
    return value;
  }
}
