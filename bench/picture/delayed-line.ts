import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A TCP proxy to a port of this machine that delays everything by `delayMs` in each direction. Resolves to its own
 * port.
 */
export async function delayedLine(port: number, delayMs: number): Promise<number> {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    carry(near, far, delayMs);
    carry(far, near, delayMs);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  // It runs as long as the process, and does not keep the process alive.
  server.unref();
  return (server.address() as AddressInfo).port;
}

function carry(from: Socket, to: Socket, delayMs: number): void {
  from.setNoDelay(true);
  const later = (run: () => void) => {
    if (delayMs === 0) run();
    else setTimeout(run, delayMs);
  };
  from.on('data', (chunk) => later(() => to.writable && to.write(chunk)));
  from.on('close', () => later(() => to.destroy()));
  from.on('error', () => {});
}
