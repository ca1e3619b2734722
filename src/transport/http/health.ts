import type { ServerResponse } from 'node:http';
import type { Dependencies } from '../../observability/dependencies.ts';
import { sendJson } from './json.ts';

/**
 * `/health`: the process is alive. `/health/ready`: whether it should get traffic, the state of its dependencies, and
 * what is wrong. It answers within about three seconds.
 */
export class Health {
  readonly #dependencies: Dependencies;
  #draining = false;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** From now on it reports "not ready", because the server stops. */
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
      if (up) continue;
      // A mail server's message may repeat what it was sent, and everybody can read this answer.
      const why = required && reason !== null ? `: ${reason.replace(/\.$/, '')}` : '';
      (required ? reasons : warnings).push(`The ${name} does not answer${why}.`);
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
