/** A letter to the owner of an account, in plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail. */
export interface Mailer {
  /** Resolves when the mail is handed over; rejects when it could not be. */
  send(mail: Mail): Promise<void>;
}

/** Where the front end takes a token that a mail has brought, for example `https://app.example.com/#verifyEmail=…`. */
export function linkTo(
  frontend: string,
  action: 'verifyEmail' | 'resetPassword',
  token: string,
): string {
  // Behind the #, it is sent to no server and so stands in no log and no Referer.
  return `${frontend.replace(/\/$/, '')}/#${action}=${token}`;
}
