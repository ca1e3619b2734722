import type { Reader, Stretch } from './reader.ts';

/** Something that was sent, and what came of it. */
export interface Sent {
  readonly text: string;
  readonly from: string;
  /** The stay that it was for; null: all. */
  readonly to: string | null;
  outcome: 'accepted' | 'refused' | 'unknown';
  /** Where it stands in the log, where it was accepted. */
  cursor: string;
  /** Whether it was asked more than once. */
  again: boolean;
}

/** All that was done in one room, and what was heard of it. */
export class Ledger {
  readonly sent: Sent[] = [];
  readonly readers: Reader[] = [];

  /** Everything that is wrong, in words; empty where the room kept its promises. */
  verdict(): string[] {
    const stretches = this.readers.flatMap(({ name, stretches: of }) =>
      of.map((stretch) => ({ name, stretch })),
    );
    return [
      ...this.readers.flatMap(({ wrong }) => wrong),
      ...oneOrder(stretches),
      ...noGaps(stretches),
      ...this.#delivery(stretches),
    ];
  }

  #delivery(stretches: readonly Named[]): string[] {
    const wrong: string[] = [];
    /** Where each came, by text. */
    const came = new Map<string, Set<string>>();
    const addressee = new Map(this.sent.map(({ text, to }) => [text, to]));
    for (const { name, stretch } of stretches) {
      for (const [cursor, { what }] of stretch.seen) {
        const text = what.split(' ').slice(2).join(' ');
        if (!/^(Offer|Message)Received/.test(what)) continue;
        const to = addressee.get(text) ?? stretch.self;
        if (to !== stretch.self) wrong.push(`${name}: ${text} came, and was for ${to}`);
        const before = came.get(text) ?? new Set();
        const twice = [...before].find((other) => other !== cursor && sameLog(other, cursor));
        if (twice !== undefined) wrong.push(`${name}: ${text} came at ${twice} and at ${cursor}`);
        came.set(text, before.add(cursor));
      }
    }
    const newest = new Map<string, Sent>();
    for (const one of this.sent) {
      const { text, to, outcome, cursor, from } = one;
      const at = came.get(text);
      if (outcome === 'refused' && at !== undefined) wrong.push(`${text} was refused and came`);
      if (outcome !== 'accepted') continue;
      if (at !== undefined && [...at].every((other) => other !== cursor && sameLog(other, cursor)))
        wrong.push(`${text} is said to stand elsewhere`);
      for (const { name, stretch } of stretches) {
        if (to === null ? stretch.self === from : stretch.self !== to) continue;
        if (stretch.seen.has(cursor) || !covers(stretch, cursor)) continue;
        wrong.push(`${name}: ${text} was accepted at ${cursor} and never came`);
      }
      const before = newest.get(from);
      if (!one.again && before !== undefined && sameLog(before.cursor, cursor)) {
        if (before.cursor >= cursor) wrong.push(`${text} stands before ${before.text}`);
      }
      if (!one.again) newest.set(from, one);
    }
    return wrong;
  }
}

interface Named {
  readonly name: string;
  readonly stretch: Stretch;
}

const epochOf = (cursor: string) => cursor.slice(0, 17);
const sameLog = (one: string, other: string) => epochOf(one) === epochOf(other);
const covers = ({ from, through }: Stretch, cursor: string) =>
  sameLog(from, cursor) && cursor > from && cursor <= through;

/** At one place there is one thing, whoever hears of it. */
function oneOrder(stretches: readonly Named[]): string[] {
  const known = new Map<string, string>();
  const wrong: string[] = [];
  for (const { name, stretch } of stretches) {
    for (const [cursor, { what }] of stretch.seen) {
      const before = known.get(cursor);
      if (before === undefined) known.set(cursor, what);
      else if (before !== what) wrong.push(`${name}: at ${cursor} ${what}; to others ${before}`);
    }
  }
  return wrong;
}

/** Whoever is in without a gap has heard of all that is told to all, but of what it did itself. */
function noGaps(stretches: readonly Named[]): string[] {
  const told = new Map<string, string | null>();
  for (const { stretch } of stretches) {
    for (const [cursor, { about, directed }] of stretch.seen)
      if (!directed) told.set(cursor, about);
  }
  const cursors = [...told.keys()].sort();
  const wrong: string[] = [];
  for (const { name, stretch } of stretches) {
    let index = firstAfter(cursors, stretch.from);
    for (; index < cursors.length; index += 1) {
      const cursor = cursors[index] ?? '';
      if (cursor > stretch.through) break;
      if (stretch.seen.has(cursor) || told.get(cursor) === stretch.self) continue;
      wrong.push(`${name}: what was told to all at ${cursor} is missing`);
    }
  }
  return wrong;
}

function firstAfter(sorted: readonly string[], cursor: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') > cursor) high = middle;
    else low = middle + 1;
  }
  return low;
}
