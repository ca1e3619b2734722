/** A mail to the owner of an account, in plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail. */
export interface Mailer {
  /** Resolves when the mail server has accepted the mail; rejects if it has not. */
  send(mail: Mail): Promise<void>;
}

/**
 * The link of the front end that a mail contains, with its token, for example `https://app.example.com/#verifyEmail=…`.
 */
export function linkTo(
  frontend: string,
  action: 'verifyEmail' | 'resetPassword',
  token: string,
): string {
  // Browsers do not send the part after the # to a server, so the token is in no log and no Referer header.
  return `${frontend.replace(/\/$/, '')}/#${action}=${token}`;
}
