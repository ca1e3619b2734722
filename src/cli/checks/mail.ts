import type { Config } from '../../config/config.ts';
import { messageOf } from '../../domain/errors.ts';
import { smtpMailer } from '../../mail/smtp.ts';
import { type Check, ok, optional, problem, warning } from './finding.ts';

/** Whether the mail server accepts the login. It sends nothing. */
export function checkMail({ smtpUrl, mailFrom, production, publicUrl }: Config): Check {
  return {
    name: 'mail',
    async look() {
      if (smtpUrl === null) {
        if (!production) {
          const text = 'none is sent: it goes to the log';
          return [optional(text, 'To send it, set SMTP_URL, MAIL_FROM and PUBLIC_URL')];
        }
        const text = 'none can be sent: nobody can reset a password';
        return [warning(text, 'Set SMTP_URL, MAIL_FROM and PUBLIC_URL')];
      }
      const { host } = new URL(smtpUrl);
      const mailer = smtpMailer(smtpUrl, mailFrom);
      try {
        await mailer.verify();
        const said = ok(`${host} accepts mail from ${mailFrom}`);
        if (publicUrl !== null || !production) return [said];
        const text = 'links in mails lead to http://localhost';
        return [said, warning(text, 'Set PUBLIC_URL to the address of the front end')];
      } catch (error) {
        // A server may repeat the password in its answer.
        const { password } = new URL(smtpUrl);
        const told = messageOf(error);
        const reason = password === '' ? told : told.replaceAll(decodeURIComponent(password), '…');
        const mend =
          'Check that SMTP_URL has the host, the port (smtps:// for TLS from the start), the user and the password of your mail server';
        return [problem(`${host} does not accept mail: ${reason}`, mend)];
      } finally {
        mailer.close();
      }
    },
  };
}
