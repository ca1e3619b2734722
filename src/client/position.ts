/**
 * How far one stream of room events has been read. Cursors of one stream compare as strings; a snapshot says the
 * state anew and sets the position, whatever came before.
 */
export class Position {
  #last: string | null = null;

  /** The cursor to resume after; null before the first event. */
  get last(): string | null {
    return this.#last;
  }

  /** Whether the event is new. Moves on to it if so; a repeat is to be dropped. */
  accept(event: { readonly __typename: string; readonly cursor: string }): boolean {
    if (OUT_OF_ORDER.has(event.__typename)) return true;
    const repeated = this.#last !== null && event.cursor <= this.#last;
    if (repeated && event.__typename !== 'RoomSnapshot') return false;
    this.#last = event.cursor;
    return true;
  }
}

/** What has no place of its own in the stream: told before there is one, or at the place of the event before it. */
const OUT_OF_ORDER = new Set([
  'JoinRefused',
  'KnockPending',
  'KnockAnswered',
  'IceServersRefreshed',
  'SessionExpiring',
]);
