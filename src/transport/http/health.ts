import type { ServerResponse } from 'node:http';
import type { Dependencies } from '../../observability/dependencies.ts';
import { sendJson } from './json.ts';

/**
 * `/health`: the process lives. `/health/ready`: whether it should be sent traffic, how what it depends on is, and what
 * is wrong. Whoever asks has an answer within about three seconds.
 */
export class Health {
  readonly #dependencies: Dependencies;
  #draining = false;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
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
    const states = await this.#dependencies.check();
    const checks = Object.fromEntries(states.map(({ name, up }) => [name, up ? 'up' : 'down']));
    const reasons = this.#draining ? ['This server is stopping.'] : [];
    const warnings: string[] = [];
    for (const { name, required, up, reason } of states) {
      if (!up) (required ? reasons : warnings).push(reason ?? `The ${name} does not answer.`);
    }
    const ready = reasons.length === 0;
    sendJson(response, ready ? 200 : 503, {
      status: ready ? 'ready' : 'not ready',
      checks,
      ...(!ready && { reasons }),
      ...(warnings.length > 0 && { warnings }),
    });
  }
}
