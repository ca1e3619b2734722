import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Config, ConfigError } from '../config/config.ts';
import { pathPrefix } from '../config/environment.ts';
import type { Identify } from '../transport/host-identity.ts';
import { isOwnUpgrade } from '../transport/websocket/upgrades.ts';
import { drain, type Overrides, run, type Usage } from './running.ts';

export interface HandlerOptions {
  /**
   * What stands before every path, as the browser sees it: `/calls` for the API at `/calls/graphql`. Unless it is given
   * it is `PATH_PREFIX`, and empty means all paths of the server.
   */
  readonly path?: string;
  /**
   * Says who a request is of, for people of your own: they need no account here, and no token. A bearer token that is
   * shown counts more, and a cookie of PeerQL's own, that of a guest, less. Nobody but this function can say it.
   */
  readonly identify?: Identify;
}

/** PeerQL in somebody else's HTTP server. */
export interface Handler {
  /**
   * Answers a request, of Node's own types. What is not below the path, or not there, goes to `next`, untouched; without
   * `next` it is answered with 404. A body that was parsed already is taken from `request.body`.
   */
  readonly handle: (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;
  /**
   * Takes a WebSocket for the API below the path, for the `upgrade` event of the server. Any other path and any other
   * protocol (`h2c`) is left alone, and answered with false.
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Where accounts and rooms are kept; holds no credentials. */
  readonly store: string;
  /** What is held now. Nobody is connected and everybody has left: all of it is 0, budgets after a minute. */
  usage(): Usage;
  /**
   * Stops, once: readiness turns off, WebSockets are closed with 1012 a slice at a time, requests under way have a
   * moment left, then everything is let go of. From then on requests are answered with 503.
   */
  close(): Promise<void>;
}

/** How long requests under way may take when the WebSockets are gone, in milliseconds. */
const REQUESTS_CLOSE_MS = 1000;

/**
 * Makes PeerQL ready to be part of an HTTP server that exists: Express, Fastify, Next.js, NestJS, `node:http`.
 *
 * @throws ConfigError for a path that cannot be one, and where mails would be sent without `PUBLIC_URL`
 * @throws Error with one clear sentence where the store cannot be opened; nothing stays open then
 */
export async function createHandler(
  config: Config,
  options: HandlerOptions = {},
  overrides: Overrides = {},
): Promise<Handler> {
  const mounted = { ...config, pathPrefix: readPath(options.path ?? config.pathPrefix) };
  // What a request says of its host must not lead anybody who resets a password to another place.
  if (config.smtpUrl !== null && config.publicUrl === null) {
    throw new ConfigError([
      'PUBLIC_URL is needed with SMTP_URL: where the links in mails lead, such as https://app.example.com/calls',
    ]);
  }
  const ownUrl = () => `http://localhost:${config.port}${mounted.pathPrefix}`;
  const { identify } = options;
  const given = { ...overrides, ...(identify && { identify }) };
  return run(mounted, given, ownUrl, (running) => {
    const { requests, webSockets } = running.transport;
    const { cleanUp, clock } = running.surroundings;
    cleanUp.add(async () => {
      await drain(running);
      const late = new Promise<void>((resolve) => clock.after(REQUESTS_CLOSE_MS, resolve));
      await Promise.race([requests.close(), late]);
    });
    const { store, usage, close } = running;
    return {
      handle: (request, response, next) => requests.handle(request, response, next),
      upgrade: (request, socket, head) => {
        const isOwn = isOwnUpgrade(request, mounted.pathPrefix);
        if (isOwn) webSockets.upgrade(request, socket as Socket, head);
        return isOwn;
      },
      store,
      usage,
      close,
    };
  });
}

function readPath(path: string): string {
  const read = pathPrefix.safeParse(path);
  if (read.success) return read.data;
  throw new ConfigError(read.error.issues.map(({ message }) => `path ${message}`));
}
