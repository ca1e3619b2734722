import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Mailer } from '../domain/accounts/mail.ts';

/** How many connections to the mail server are open at once. */
const CONNECTIONS = 2;
/** How long the mail server may take for one step, in milliseconds. */
const TIMEOUT_MS = 15_000;

export interface SmtpMailer extends Mailer {
  /** Resolves when the mail server accepts the login; rejects with the server's reason. Nothing is sent. */
  verify(): Promise<void>;
  /** Closes the connections. */
  close(): void;
}

/**
 * Sends mail through the server of an SMTP URL (RFC 5321): `smtps://` uses TLS from the start, `smtp://` switches to it
 * if the server offers it (RFC 3207). If the URL has credentials, nothing is sent without TLS, except to this machine.
 *
 * @param from the sender, for example `PeerQL <no-reply@example.com>`
 */
export function smtpMailer(url: string, from: string): SmtpMailer {
  const { username, hostname } = new URL(url);
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: CONNECTIONS,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      requireTLS: username !== '' && !isThisMachine(hostname),
      // No part of a mail may be read from a file or fetched from a URL.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ to: { name: '', address: to }, subject, text });
    },
    async verify() {
      await transport.verify();
    },
    close: () => transport.close(),
  };
}

function isThisMachine(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}
