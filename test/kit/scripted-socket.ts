import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { SocketOptions } from '../../src/client/index.ts';

/** An operation that a client sent. */
export interface Asked {
  readonly id: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  next(data: object): void;
  errors(errors: readonly object[]): void;
  complete(): void;
  close(code: number, reason?: string): void;
}

type Answer = Record<string, unknown> | { readonly code: number; readonly reason: string };

export interface Script {
  /** How a socket is acknowledged, or how it is closed instead. Default: an empty acknowledgement. */
  readonly onInit?: (socket: number) => Answer;
  readonly onAsked?: (asked: Asked, socket: number) => void;
}

/** A server with scripted answers over graphql-transport-ws, for cases that a real server cannot be made to produce. */
export class ScriptedSocketServer {
  readonly options: SocketOptions;
  /** The close codes of all closed sockets. */
  readonly closed: number[] = [];
  opened = 0;
  readonly #server: WebSocketServer;

  private constructor(server: WebSocketServer, script: Script) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.options = {
      url: `ws://127.0.0.1:${port}`,
      token: async () => null,
      webSocket: WebSocket,
    };
    server.on('connection', (socket) => this.#serve(socket, script));
  }

  static async start(script: Script): Promise<ScriptedSocketServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return new ScriptedSocketServer(server, script);
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #serve(socket: WebSocket, { onInit, onAsked }: Script): void {
    const number = this.opened;
    this.opened += 1;
    socket.on('close', (code) => this.closed.push(code));
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse(String(data));
      const say = (message: object) => socket.send(JSON.stringify(message));
      if (type === 'connection_init') {
        const answer = onInit?.(number) ?? {};
        const { code, reason } = answer;
        if (code === undefined) say({ type: 'connection_ack', payload: answer });
        else socket.close(Number(code), String(reason));
      }
      if (type !== 'subscribe') return;
      const { query, variables } = payload;
      const next = (given: object) => say({ id, type: 'next', payload: { data: given } });
      const errors = (given: readonly object[]) =>
        say({ id, type: 'next', payload: { errors: given } });
      const complete = () => say({ id, type: 'complete' });
      const close = (code: number, reason = '') => socket.close(code, reason);
      onAsked?.({ id, query, variables, next, errors, complete, close }, number);
    });
  }
}

/** The first event of a room, for a participant who is alone in it. */
export function snapshotFor(userId: string, stayId = 'stay'): object {
  const self = { id: stayId, user: { id: userId, name: 'Ann' }, joinOrder: 1 };
  const room = { id: 'room', name: null };
  const iceServers = { servers: [], expiresAt: null };
  return {
    roomEvents: {
      __typename: 'RoomSnapshot',
      cursor: 'a',
      at: '2026-01-01T00:00:00.000Z',
      room,
      self,
      participants: [],
      iceServers,
      messages: [],
      recovered: false,
      offeredTo: null,
    },
  };
}
