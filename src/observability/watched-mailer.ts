import type { Mail, Mailer } from '../domain/accounts/mail.ts';
import type { CallSeries } from './series.ts';

/** A mailer that can ask its mail server whether it would accept mail. */
interface VerifiedMailer extends Mailer {
  verify(): Promise<void>;
}

/**
 * A mailer that counts its mails and knows whether they can be sent. While all is well, it does not ask the mail
 * server. After a mail has failed, it asks until the server works again.
 */
export class WatchedMailer implements Mailer {
  readonly #mailer: VerifiedMailer;
  readonly #series: CallSeries;
  readonly #onFailure: () => void;
  #failing = false;

  /** @param onFailure called for each mail that could not be sent */
  constructor(mailer: VerifiedMailer, series: CallSeries, onFailure: () => void) {
    this.#mailer = mailer;
    this.#series = series;
    this.#onFailure = onFailure;
  }

  async send(mail: Mail): Promise<void> {
    const began = performance.now();
    try {
      await this.#mailer.send(mail);
    } catch (error) {
      this.#failing = true;
      this.#series.done(performance.now() - began, 'Failure');
      this.#onFailure();
      throw error;
    }
    this.#failing = false;
    this.#series.done(performance.now() - began, null);
  }

  /** Resolves if mail can be sent; rejects if the last mail failed and the server still does not work. */
  async probe(): Promise<void> {
    if (!this.#failing) return;
    await this.#mailer.verify();
    this.#failing = false;
  }
}
