import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { registerSecrets } from './kept-logs.ts';

/** A mail that arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

/** A real SMTP server on a free loopback port that keeps its mails. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** Refuses every mail while it is true. */
  refuses = false;
  readonly #server: SMTPServer;
  #waiting: (() => void)[] = [];

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, session, callback) => {
        text(stream).then((body) => {
          if (this.refuses) {
            callback(new Error('no room'));
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          this.mails.push({ from, to: rcptTo.map(({ address }) => address).join(), body });
          callback();
          for (const wake of this.#waiting.splice(0)) wake();
        }, callback);
      },
    });
  }

  static async start(): Promise<MailServer> {
    const mailServer = new MailServer();
    mailServer.#server.listen(0, '127.0.0.1');
    await once(mailServer.#server.server, 'listening');
    return mailServer;
  }

  get url(): string {
    const { port } = this.#server.server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}`;
  }

  /** Waits for `atLeast` mails to `to` with a link of `action`; resolves to the token of the newest one. */
  async tokenFor(
    to: string,
    action: 'verifyEmail' | 'resetPassword',
    atLeast = 1,
  ): Promise<string> {
    for (;;) {
      const tokens = this.tokensFor(to, action);
      const newest = tokens.at(-1);
      if (newest !== undefined && tokens.length >= atLeast) return newest;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  tokensFor(to: string, action: 'verifyEmail' | 'resetPassword'): string[] {
    const tokens = this.mails
      .filter((mail) => mail.to === to)
      .flatMap(({ body }) => {
        // Quoted-printable breaks long lines and encodes the equals sign (RFC 2045, 6.7).
        const plain = body.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
        return new RegExp(`#${action}=([\\w-]+)`).exec(plain)?.[1] ?? [];
      });
    registerSecrets(...tokens);
    return tokens;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}
