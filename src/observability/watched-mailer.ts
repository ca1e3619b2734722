import type { Mail, Mailer } from '../domain/accounts/mail.ts';
import type { CallSeries } from './series.ts';

/** A mail server that can be asked whether it would take mail. */
interface VerifiedMailer extends Mailer {
  verify(): Promise<void>;
}

/**
 * A mailer with its mails counted, and whether they leave known. Nobody asks the mail server while all is well: the
 * first mail that fails shows it, and from then on it is asked until it works again.
 */
export class WatchedMailer implements Mailer {
  readonly #mailer: VerifiedMailer;
  readonly #series: CallSeries;
  readonly #onFailure: () => void;
  #failing = false;

  /** @param onFailure hears of each mail that could not be sent */
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

  /** Resolves where mail leaves; rejects where it did not, and would not now. */
  async probe(): Promise<void> {
    if (!this.#failing) return;
    await this.#mailer.verify();
    this.#failing = false;
  }
}
