import type { Server } from 'node:http';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { listen } from '../transport/http/listen.ts';
import { createHttpServer } from '../transport/http/server.ts';
import { takeUpgrades } from '../transport/websocket/upgrades.ts';
import { drain, type Overrides, type Running, run, type Usage } from './running.ts';

// Exports for programs that start a server themselves.
export { type Config, ConfigError, readConfig } from '../config/config.ts';
export type { Identified, Identify } from '../transport/host-identity.ts';
export { createHandler, type Handler, type HandlerOptions } from './handler.ts';
export type { Overrides, Usage } from './running.ts';

/** A running server. */
export interface App {
  /** Its URL, for example `http://localhost:5000`. */
  readonly url: string;
  /** Where accounts and rooms are stored, without credentials. */
  readonly store: string;
  /**
   * What is held now. When nobody is connected and everybody has left, all of it becomes 0; budgets some time later,
   * when they are full again.
   */
  usage(): Usage;
  /**
   * Stops the server; repeated calls do nothing more. Readiness turns off, WebSockets are closed with 1012 a slice at a
   * time, then everything is closed.
   */
  close(): Promise<void>;
}

/** How long requests under way may take when everything else has stopped, in milliseconds. */
const HTTP_CLOSE_MS = 1000;

/**
 * Starts a server on its own port.
 *
 * @throws Error of one sentence if the store cannot be opened or the port cannot be used; nothing stays open then
 */
export function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  // Known once the server listens.
  let url = '';
  const ownUrl = () => url;
  return run(config, overrides, ownUrl, async (running) => {
    const http = serverOf(running);
    url = `${await listen(http, config)}${config.pathPrefix}`;
    const { cleanUp, clock } = running.surroundings;
    cleanUp.add(async () => {
      await drain(running);
      await closeServer(http, clock);
    });
    const { store, usage, close } = running;
    return { url, store, usage, close };
  });
}

function serverOf({ surroundings, transport }: Running): Server {
  const { limits } = surroundings.config;
  const { requests, webSockets, crowding } = transport;
  const http = createHttpServer(
    {
      headersMs: limits.requestHeaderMs,
      keepAliveMs: limits.keepAliveMs,
      crowding,
      connections: limits.connections,
    },
    (request, response) => requests.handle(request, response),
  );
  takeUpgrades(http, webSockets, (socket, then) => requests.inTurn(socket, then));
  return http;
}

function closeServer(http: Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeIdleConnections();
    clock.after(HTTP_CLOSE_MS, () => http.closeAllConnections());
  });
}
