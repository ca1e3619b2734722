import type { Mailer } from '../domain/accounts/mail.ts';

/** Writes mail to the log instead of sending it: for development, where the log is the developer's own. */
export function logMailer(log: { info(fields: object, message: string): void }): Mailer {
  return {
    async send({ to, subject, text }) {
      log.info({ to, subject, text }, 'Mail (not sent: SMTP_URL is not set)');
    },
  };
}
