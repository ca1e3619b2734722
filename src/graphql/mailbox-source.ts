import type { Mailbox } from '../domain/mailbox.ts';
import type { StreamedEvent } from '../domain/signaling/event.ts';

/**
 * What a subscription to a log resolves to. graphql-js requires an async iterable as the source of events, but nobody
 * iterates this one: the transport attaches to the mailbox.
 */
export class MailboxSource<Event extends StreamedEvent> implements AsyncIterable<Event> {
  readonly mailbox: Mailbox<Event>;

  constructor(mailbox: Mailbox<Event>) {
    this.mailbox = mailbox;
  }

  [Symbol.asyncIterator](): AsyncIterator<Event> {
    throw new Error('Events of a log are not iterated: attach to the mailbox.');
  }
}
