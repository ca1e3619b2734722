import { type Finding, fails, works } from './connection-report.ts';
import { MeDocument } from './generated/operations.ts';
import { CloseCode } from './room-end.ts';
import { Socket, type SocketOptions } from './socket.ts';

/** A socket that is being checked: whether it opens and signs in, then one question and its answer. */
export class SocketCheck {
  readonly #socket: Socket;
  #isNobody = false;

  constructor(options: SocketOptions) {
    this.#socket = new Socket(options, {
      eager: true,
      onAcknowledged: (accountId) => {
        this.#isNobody = accountId === null;
      },
    });
  }

  async signIn(): Promise<Finding> {
    const closed = this.#socket.closed.then(({ code }) => code);
    const code = await Promise.race([this.#socket.signedIn, closed]);
    if (code === undefined) return this.#isNobody ? fails('NOT_SIGNED_IN') : works;
    if (code === CloseCode.SignedOut) return fails('NOT_SIGNED_IN');
    return fails(code === CloseCode.TooMany ? 'SERVER_REFUSED' : 'SERVER_UNREACHABLE');
  }

  async roundTrip(): Promise<Finding> {
    await this.#socket.execute(MeDocument, {});
    return works;
  }

  close(): void {
    this.#socket.close();
  }
}
