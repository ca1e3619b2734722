import type { Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';

/** Where a server listens. */
export interface Place {
  /** Null: at every address of the machine. */
  readonly host: string | null;
  /** 0: any free port. */
  readonly port: number;
}

/** Listens on the port; resolves to the server's URL. @throws Error of one sentence that says what to do */
export async function listen(server: Server, place: Place): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, place)));
    server.listen(place.port, place.host ?? undefined, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return `http://${authority(place.host ?? 'localhost', port)}`;
}

/** Host and port as a URL has them: an IPv6 address in brackets (RFC 3986 §3.2.2). */
function authority(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function explain(error: NodeJS.ErrnoException, { port, host }: Place): Error {
  const place = host === null ? `port ${port}` : authority(host, port);
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(
        `Cannot listen on ${place}: another program uses it. Set PORT to a free port.`,
      );
    case 'EACCES':
      return new Error(
        `Cannot listen on ${place}: not permitted. Set PORT to a number above 1023.`,
      );
    default:
      return new Error(`Cannot listen on ${place}: ${error.message}.`);
  }
}
