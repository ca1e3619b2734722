/** The fields before an entry's body, and the index of the body. */
export interface Heading {
  readonly epoch: string;
  readonly position: number;
  readonly at: number;
  /** A follower; null for all. */
  readonly to: string | null;
  /** The sender; in an entry for all, the follower that is not told. */
  readonly who: string | null;
  /** Followers that end with this entry, separated by commas. */
  readonly ends: string | null;
  readonly bodyAt: number;
}

/** Reads `<epoch> <position> <at> <to or *> <who or -> <ends or -> <body>`, the last part of a message. */
export function readHeading(message: string, start: number): Heading {
  const one = message.indexOf(' ', start);
  const two = message.indexOf(' ', one + 1);
  const three = message.indexOf(' ', two + 1);
  const four = message.indexOf(' ', three + 1);
  const five = message.indexOf(' ', four + 1);
  const six = message.indexOf(' ', five + 1);
  const to = message.slice(three + 1, four);
  return {
    epoch: message.slice(start, one),
    position: Number(message.slice(one + 1, two)),
    at: Number(message.slice(two + 1, three)),
    to: to === '*' ? null : to,
    who: orNull(message.slice(four + 1, five)),
    ends: orNull(message.slice(five + 1, six)),
    bodyAt: six + 1,
  };
}

/** With `u` a surrogate pair is one character, so this finds only lone surrogates. */
const HALF_PAIR = /\p{Surrogate}/u;
/** Marks a quoted text. No body begins with it. */
const QUOTED = '\u0001';

/** A text for Redis. UTF-8 cannot encode a lone surrogate, so a text with one is quoted. */
export function storable(text: string): string {
  return HALF_PAIR.test(text) ? QUOTED + JSON.stringify(text) : text;
}

/** The text that was given to {@link storable}. */
export function stored(text: string): string {
  return text.startsWith(QUOTED) ? JSON.parse(text.slice(QUOTED.length)) : text;
}

/** A message outside the log: a node no longer holds a follower, or a wait has ended. */
export function writeWord(what: Word['what'], id: string, value: string): string {
  return `! ${what} ${id} ${value}`;
}

export interface Word {
  readonly what: 'ended' | 'moved' | 'lost' | 'answer';
  readonly id: string;
  /** The fence, or the answer; `-` for none. */
  readonly value: string;
}

/** Null for an entry. */
export function readWord(message: string): Word | null {
  if (!message.startsWith('! ')) return null;
  const [, what, id = '', value = ''] = message.split(' ');
  if (what !== 'ended' && what !== 'moved' && what !== 'lost' && what !== 'answer') return null;
  return { what, id, value };
}

function orNull(text: string): string | null {
  return text === '-' ? null : text;
}
