import { DataLimits } from './data-limits.ts';
import { PeerqlError } from './errors.ts';

/** What is used here of an `RTCDataChannel`. */
export interface WritableChannel
  extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly readyState: RTCDataChannelState;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  send(data: string | ArrayBuffer): void;
}

/** Writes to one data channel, in order, and no faster than the channel sends. */
export class ChannelWriter {
  readonly #channel: WritableChannel;
  #last: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #closed = false;
  #wake = () => {};

  constructor(channel: WritableChannel) {
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = DataLimits.bufferedBytes / 2;
  }

  /**
   * Resolves once the message is handed to the browser, which is when there is room for it.
   * @throws {PeerqlError} `BUFFER_FULL` when `DataLimits.waitingBytes` wait already; `NOT_CONNECTED` when the channel was
   * closed before
   */
  write(data: string | ArrayBuffer, bytes: number): Promise<void> {
    if (this.#waitingBytes + bytes > DataLimits.waitingBytes) {
      const why = 'More is being sent than the connection carries: wait for what was sent before.';
      return Promise.reject(new PeerqlError('BUFFER_FULL', why));
    }
    this.#waitingBytes += bytes;
    const done = this.#last
      .then(() => this.#room())
      .then(() => {
        if (!this.#isOpen()) throw channelClosed();
        this.#channel.send(data);
      })
      .finally(() => {
        this.#waitingBytes -= bytes;
      });
    this.#last = done.catch(() => {});
    return done;
  }

  /** What still waits is not sent: the connection is given up. Browsers fire no event for that. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async #room(): Promise<void> {
    const channel = this.#channel;
    if (!this.#isOpen() || channel.bufferedAmount <= DataLimits.bufferedBytes) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      channel.addEventListener('bufferedamountlow', this.#wake);
      channel.addEventListener('close', this.#wake);
    });
    channel.removeEventListener('bufferedamountlow', this.#wake);
    channel.removeEventListener('close', this.#wake);
  }

  #isOpen(): boolean {
    return !this.#closed && this.#channel.readyState === 'open';
  }
}

export function channelClosed(): PeerqlError {
  return new PeerqlError('NOT_CONNECTED', 'The connection to this participant was lost.');
}
