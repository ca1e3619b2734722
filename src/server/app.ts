import type { Server } from 'node:http';
import type { Config } from '../config/config.ts';
import type { Clock } from '../domain/clock.ts';
import { listen } from '../transport/http/listen.ts';
import { createHttpServer } from '../transport/http/server.ts';
import { takeUpgrades } from '../transport/websocket/upgrades.ts';
import { drain, type Overrides, type Running, run, type Usage } from './running.ts';

// What somebody who starts a server in their own program needs beside createApp.
export { type Config, ConfigError, readConfig } from '../config/config.ts';
export type { Identified, Identify } from '../transport/host-identity.ts';
export { createHandler, type Handler, type HandlerOptions } from './handler.ts';
export type { Overrides, Usage } from './running.ts';

/** A running server. */
export interface App {
  /** Where it is, for example `http://localhost:5000`. */
  readonly url: string;
  /** Where accounts and rooms are kept; holds no credentials. */
  readonly store: string;
  /** What is held now. Nobody is connected and everybody has left: all of it is 0, budgets once they are full again. */
  usage(): Usage;
  /** Stops, once: readiness turns off, WebSockets are closed with 1012 a slice at a time, then everything is let go of. */
  close(): Promise<void>;
}

/** How long requests under way may take when everything else has stopped, in milliseconds. */
const HTTP_CLOSE_MS = 1000;

/**
 * Starts a server: a handler, and a port of its own.
 *
 * @throws Error with one clear sentence where the store cannot be opened or the port not be taken; nothing stays open then
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
  takeUpgrades(http, webSockets);
  return http;
}

function closeServer(http: Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeIdleConnections();
    clock.after(HTTP_CLOSE_MS, () => http.closeAllConnections());
  });
}
