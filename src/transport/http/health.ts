import type { ServerResponse } from 'node:http';
import { sendJson } from './json.ts';

/** Answers whether a dependency works; rejects where it does not. */
export type Probe = () => Promise<void>;

/** `/health`: the process lives. `/health/ready`: it should be sent traffic, and why not. */
export class Health {
  readonly #probes: Readonly<Record<string, Probe>>;
  #draining = false;

  constructor(probes: Readonly<Record<string, Probe>>) {
    this.#probes = probes;
  }

  /** From now on it is not ready: the server stops. */
  drain(): void {
    this.#draining = true;
  }

  takes(path: string): boolean {
    return path === '/health' || path === '/health/ready';
  }

  async answer(path: string, response: ServerResponse): Promise<void> {
    if (path === '/health') return sendJson(response, 200, { status: 'ok' });
    const reasons = this.#draining ? ['This server is stopping.'] : [];
    await Promise.all(
      Object.entries(this.#probes).map(([name, probe]) =>
        probe().catch(() => reasons.push(`The ${name} does not answer.`)),
      ),
    );
    if (reasons.length === 0) sendJson(response, 200, { status: 'ready' });
    else sendJson(response, 503, { status: 'not ready', reasons });
  }
}
