import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { announce } from '../harness/rpc.ts';

/** Listens on a free port of the loopback interface and announces it. */
export function listening(server: Server): void {
  server.listen(0, '127.0.0.1', 4096, () => {
    announce({ port: (server.address() as AddressInfo).port });
  });
}
