import type { Mailer } from '../domain/accounts/mail.ts';

/** Writes mail to the log instead of sending it. It is for development, where only the developer reads the log. */
export function logMailer(log: { info(fields: object, message: string): void }): Mailer {
  return {
    async send({ to, subject, text }) {
      log.info({ to, subject, text }, 'Mail (not sent: SMTP_URL is not set)');
    },
  };
}
