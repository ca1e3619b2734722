import { createSocket } from 'node:dgram';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { messageBytes, readAnswer, type StunAnswer, type StunRequest } from './stun-message.ts';

/** How long a server may take to answer, in milliseconds. */
const TIMEOUT_MS = 5000;
/** The first wait before a request over UDP is sent again; each next one is twice as long (RFC 8489 §6.2.1). */
const RESEND_MS = 500;

/** A STUN or TURN URI (RFC 7064, RFC 7065), taken apart. */
export interface StunAddress {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
}

/** Null if the text is not such a URI, or names a transport that is not supported here. */
export function parseStunUri(uri: string): StunAddress | null {
  const match =
    /^(stun|turn)(s?):(\[[0-9a-f:.]+\]|[^:?[\]]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/i.exec(uri);
  const [, , secure, host, port, transport] = match ?? [];
  if (host === undefined) return null;
  // DTLS (`turns:` over UDP) is rare, and Node.js does not support it.
  if (secure !== '' && transport === 'udp') return null;
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (secure === '' ? 3478 : 5349) : Number(port),
    transport: secure !== '' ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp',
  };
}

/** A connection to a server: requests are sent one after the other, from one address. */
export interface StunChannel {
  /** Rejects with an Error of a few words if there is no answer in time. */
  ask(request: StunRequest): Promise<StunAnswer>;
  close(): void;
}

/** Resolves once requests can be sent. Rejects with an Error of a few words. */
export function openChannel(address: StunAddress): Promise<StunChannel> {
  return address.transport === 'udp' ? openDatagrams(address) : openStream(address);
}

async function openDatagrams({ host, port }: StunAddress): Promise<StunChannel> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    // A name that is not known is reported to the callback.
    socket.connect(port, host, (error?: Error) => (error ? reject(explain(error)) : resolve()));
  }).catch((error: unknown) => {
    socket.close();
    throw error;
  });
  // A refusal may arrive after the request was given up.
  socket.on('error', IGNORE);
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout;
        const heard = (bytes: Buffer) => {
          const answer = readAnswer(bytes, request);
          if (answer !== null) end(() => resolve(answer));
        };
        const failed = (error: Error) => end(() => reject(explain(error)));
        const end = (settle: () => void) => {
          clearTimeout(timer);
          clearTimeout(deadline);
          socket.off('message', heard).off('error', failed);
          settle();
        };
        const deadline = setTimeout(() => end(() => reject(noAnswer())), TIMEOUT_MS);
        socket.on('message', heard).on('error', failed);
        const send = (waitMs: number) => {
          socket.send(request.bytes);
          timer = setTimeout(() => send(waitMs * 2), waitMs);
        };
        send(RESEND_MS);
      }),
    close: () => socket.close(),
  };
}

async function openStream({ host, port, transport }: StunAddress): Promise<StunChannel> {
  const socket: Socket =
    transport === 'tls'
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connect({ host, port });
  const ready = transport === 'tls' ? 'secureConnect' : 'connect';
  await new Promise<void>((resolve, reject) => {
    const deadline = setTimeout(() => reject(noAnswer()), TIMEOUT_MS);
    socket.once('error', (error) => reject(explain(error)));
    socket.once(ready, () => {
      clearTimeout(deadline);
      resolve();
    });
  }).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  socket.on('error', IGNORE);
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        let received = Buffer.alloc(0);
        const heard = (chunk: Buffer) => {
          received = Buffer.concat([received, chunk]);
          const length = messageBytes(received);
          if (received.length < length) return;
          const answer = readAnswer(received.subarray(0, length), request);
          received = received.subarray(length);
          if (answer !== null) end(() => resolve(answer));
        };
        const failed = (error: Error) => end(() => reject(explain(error)));
        const closed = () => end(() => reject(new Error('closes the connection')));
        const end = (settle: () => void) => {
          clearTimeout(deadline);
          socket.off('data', heard).off('error', failed).off('close', closed);
          settle();
        };
        const deadline = setTimeout(() => end(() => reject(noAnswer())), TIMEOUT_MS);
        socket.on('data', heard).on('error', failed).on('close', closed);
        socket.write(request.bytes);
      }),
    close: () => socket.destroy(),
  };
}

const IGNORE = () => {};

function noAnswer(): Error {
  return new Error(`does not answer within ${TIMEOUT_MS / 1000} s`);
}

function explain(error: Error): Error {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new Error('has a name that is not known');
  if (code === 'ECONNREFUSED') return new Error('does not listen there');
  return new Error(`cannot be reached (${error.message})`);
}
