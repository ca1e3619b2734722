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
   * The prefix of every path, as the browser sees it: `/calls` for the API at `/calls/graphql`. Empty: all paths of the
   * server. Default: `PATH_PREFIX`.
   */
  readonly path?: string;
  /**
   * Says which of your own users makes a request. They need no account here and no token. A bearer token in the request
   * takes precedence; PeerQL's own cookie, for example that of a guest, is used only if this function answers null. No
   * client can sign in as such a user in another way.
   */
  readonly identify?: Identify;
}

/** PeerQL as a part of another HTTP server. */
export interface Handler {
  /**
   * Answers a request of Node.js. A request that is not below the path, or for which there is nothing, goes to `next`
   * unchanged; without `next` the answer is 404. A body that was parsed already is taken from `request.body`.
   */
  readonly handle: (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;
  /**
   * Call it in the `upgrade` event of the server. It accepts a WebSocket for the API below the path, and returns true.
   * For any other path or protocol (`h2c`) it does nothing, and returns false.
   */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Where accounts and rooms are stored, without credentials. */
  readonly store: string;
  /**
   * What is held now. When nobody is connected and everybody has left, all of it becomes 0; budgets some time later,
   * when they are full again.
   */
  usage(): Usage;
  /**
   * Stops; repeated calls do nothing more. Readiness turns off, WebSockets are closed with 1012 a slice at a time,
   * requests under way get a moment to finish, then everything is closed. After that, requests are answered with 503.
   */
  close(): Promise<void>;
}

/** How long requests under way may take when the WebSockets are gone, in milliseconds. */
const REQUESTS_CLOSE_MS = 1000;

/**
 * Makes PeerQL a part of an existing HTTP server: Express, Fastify, Next.js, NestJS, `node:http`.
 *
 * @throws ConfigError if the path is not valid, or if mails would be sent without `PUBLIC_URL`
 * @throws Error of one sentence if the store cannot be opened; nothing stays open then
 */
export async function createHandler(
  config: Config,
  options: HandlerOptions = {},
  overrides: Overrides = {},
): Promise<Handler> {
  const mounted = { ...config, pathPrefix: readPath(options.path ?? config.pathPrefix) };
  // The links in mails must not depend on the `Host` header of a request: it could lead somebody who resets a password
  // to another server.
  if (config.smtpUrl !== null && config.publicUrl === null) {
    throw new ConfigError([
      'PUBLIC_URL is needed with SMTP_URL: links in mails lead there, for example https://app.example.com/calls',
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
        if (isOwn) {
          requests.inTurn(socket, () => webSockets.upgrade(request, socket as Socket, head));
        }
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
