/**
 * How far a stream of events has been read. Cursors of one stream compare as strings. A snapshot replaces the
 * state and sets the position, whatever came before.
 */
export class Position {
  #last: string | null = null;

  /** The cursor to resume after; null before the first event. */
  get last(): string | null {
    return this.#last;
  }

  /** Returns whether the event is new, and moves the position to it. Drop an event that is not. */
  accept(event: { readonly __typename: string; readonly cursor: string }): boolean {
    if (OUT_OF_ORDER.has(event.__typename)) return true;
    const repeated = this.#last !== null && event.cursor <= this.#last;
    if (repeated && !event.__typename.endsWith('Snapshot')) return false;
    this.#last = event.cursor;
    return true;
  }
}

/**
 * Events without a place of their own in the stream: they come before the first place, or share the place of the event
 * before.
 */
const OUT_OF_ORDER = new Set([
  'JoinRefused',
  'KnockPending',
  'KnockAnswered',
  'IceServersRefreshed',
  'CallsSeen',
  'SessionExpiring',
]);
