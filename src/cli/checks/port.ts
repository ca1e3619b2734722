import { createServer } from 'node:net';
import type { Config } from '../../config/config.ts';
import { type Check, type Finding, ok, problem } from './finding.ts';

const TIMEOUT_MS = 3000;

/** Whether the port is free, or a PeerQL server listens on it. */
export function checkPort({ port, host }: Config): Check {
  return {
    name: 'port',
    async look() {
      const code = await listen(port, host);
      const place = host === null ? `port ${port}` : `${host}:${port}`;
      if (code === null) return [ok(`${place} is free: no server runs there`)];
      if (code === 'EACCES') {
        return [problem(`this user may not use ${place}`, 'Set PORT to a number above 1023')];
      }
      if (code === 'EADDRINUSE') return [await whoHas(place, port, host)];
      return [
        problem(`${place} cannot be used (${code})`, 'Set HOST to an address of this machine'),
      ];
    },
  };
}

/** Listens on the port and closes it again; resolves to the error code, or null if it worked. */
function listen(port: number, host: string | null): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host ?? undefined, () => server.close(() => resolve(null)));
  });
}

async function whoHas(place: string, port: number, host: string | null): Promise<Finding> {
  const reachable = host === null || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const origin = `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
  try {
    const response = await fetch(`${origin}/health/ready`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const said: unknown = await response.json();
    if (isReadiness(said)) {
      if (said.status === 'ready') return ok(`a server runs at ${origin}, and is ready`);
      const reasons = (said.reasons ?? []).join(' ');
      return problem(
        `a server runs at ${origin}, and is not ready: ${reasons}`,
        'The other findings here name the cause',
      );
    }
  } catch {
    // Another program, or one that does not answer: the finding is the same.
  }
  return problem(`another program uses ${place}`, 'Stop it, or set PORT to a free port');
}

function isReadiness(said: unknown): said is { status: string; reasons?: string[] } {
  return (
    typeof said === 'object' &&
    said !== null &&
    'status' in said &&
    (said.status === 'ready' || said.status === 'not ready')
  );
}
