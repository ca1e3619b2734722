import { NetworkError, PeerqlError } from './errors.ts';
import { onNetworkChange, outOfReach } from './network.ts';
import { Socket, type SocketOptions } from './socket.ts';

/** How long an unused socket is kept, in milliseconds. */
const KEPT_MS = 5 * 60_000;
const SIGNED_OUT = 4401;

/** A socket that is opened and signed in before it is needed, so that a join takes only one message and its answer. */
export class WarmSocket {
  /** Called when a socket that nobody has taken is closed or lost. */
  onUnused?: () => void;
  readonly #options: SocketOptions;
  #socket: Socket | null = null;
  #carries = false;
  #ready: Promise<Socket> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #forgetNetwork = () => {};

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  /**
   * Opens a socket, unless there is one; resolves once it is signed in.
   * @param token the token to sign in with. Default: the client's
   * @throws {NetworkError} when the server is out of reach
   * @throws {PeerqlError} `UNAUTHENTICATED` when the server does not accept the sign-in
   */
  open(token?: string): Promise<Socket> {
    this.#ready ??= this.#open(token);
    return this.#ready;
  }

  /** The socket that was opened with its own token, which also carries requests; null when there is none. */
  get forRequests(): Promise<Socket> | null {
    return this.#carries ? this.#ready : null;
  }

  /** Hands the socket over, even while it is still opening; null when there is none. */
  take(): Socket | null {
    const socket = this.#socket;
    this.#forget();
    return socket;
  }

  /** Closes a socket that nobody has taken, for example because somebody else is signed in now. */
  close(): void {
    this.take()?.close();
    this.onUnused?.();
  }

  async #open(token?: string): Promise<Socket> {
    this.#carries = token !== undefined;
    const given = token === undefined ? this.#options.token : () => Promise.resolve(token);
    const socket = new Socket({ ...this.#options, token: given }, { eager: true });
    this.#socket = socket;
    this.#timer = setTimeout(() => this.close(), KEPT_MS);
    // Otherwise a join would wait on a socket that has died meanwhile.
    this.#forgetNetwork = onNetworkChange(() => socket.probe());
    const gone = socket.closed.then(({ code, reason }) => {
      if (this.#socket === socket) this.close();
      throw code === SIGNED_OUT
        ? new PeerqlError('UNAUTHENTICATED', reason || 'Nobody is signed in.')
        : new NetworkError(outOfReach(this.#options.url));
    });
    // Only those who wait now hear of its end.
    gone.catch(() => {});
    await Promise.race([socket.signedIn, gone]);
    return socket;
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#forgetNetwork();
    this.#socket = null;
    this.#ready = null;
    this.#carries = false;
  }
}
