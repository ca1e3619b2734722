import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const MAGIC_COOKIE = 0x2112a442;

/** Tells everybody their address, as RFC 8489 says, and nothing else. */
export class StunServer {
  readonly url: string;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.url = `stun:127.0.0.1:${socket.address().port}`;
  }

  static async start(): Promise<StunServer> {
    const socket = createSocket('udp4');
    socket.on('message', (request, { address, port }) => {
      if (request.length < 20 || request.readUInt16BE(0) !== BINDING_REQUEST) return;
      socket.send(answer(request, address, port), port, address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new StunServer(socket);
  }

  close(): void {
    this.#socket.close();
  }
}

function answer(request: Buffer, address: string, port: number): Buffer {
  const made = Buffer.alloc(32);
  made.writeUInt16BE(BINDING_SUCCESS, 0);
  made.writeUInt16BE(12, 2);
  // The cookie and the number of the transaction.
  request.copy(made, 4, 4, 20);
  made.writeUInt16BE(XOR_MAPPED_ADDRESS, 20);
  made.writeUInt16BE(8, 22);
  made.writeUInt16BE(0x0001, 24);
  made.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 26);
  const bytes = address.split('.').map(Number);
  const mapped = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  made.writeUInt32BE((mapped ^ MAGIC_COOKIE) >>> 0, 28);
  return made;
}
