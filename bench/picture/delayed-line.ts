import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Carries TCP to a port of this machine, everything later by `delayMs` each way. Answers its own port. */
export async function delayedLine(port: number, delayMs: number): Promise<number> {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    carry(near, far, delayMs);
    carry(far, near, delayMs);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  // It goes on for as long as the run, and keeps it from no end.
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
