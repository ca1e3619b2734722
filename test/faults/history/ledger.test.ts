import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../kit/random.ts';
import { Ledger } from './ledger.ts';
import { type Heard, Reader } from './reader.ts';

const EPOCH = '0123456789abcdef-';
const PEOPLE = ['ann', 'bob', 'cem'];
const ENTRIES = 60;
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);

/** What a room of three has told each of them: the history of a server without fault. */
interface History {
  readonly ledger: Ledger;
  readonly told: Map<string, Heard[]>;
}

const cursorOf = (place: number) => EPOCH + String(place).padStart(8, '0');
const shown = (id: string, audio = true) => ({
  id,
  user: { id: `user of ${id}`, name: id },
  role: 'GUEST',
  connection: 'CONNECTED',
  handRaised: false,
  media: { audio, video: true, screen: false },
});

function history(random: () => number): History {
  const ledger = new Ledger();
  const told = new Map<string, Heard[]>(PEOPLE.map((id) => [id, []]));
  const any = <One>(all: readonly One[]): One => all[Math.floor(random() * all.length)] as One;
  for (let place = 1; place <= ENTRIES; place += 1) {
    const cursor = cursorOf(place);
    const from = any(PEOPLE);
    const others = PEOPLE.filter((id) => id !== from);
    const kind = random();
    if (kind < 0.2) {
      const participant = shown(from, place % 2 === 0);
      for (const id of others)
        told.get(id)?.push({ __typename: 'ParticipantUpdated', cursor, participant });
      continue;
    }
    const to = kind < 0.7 ? any(others) : null;
    const text = `${from}:${place}`;
    const event =
      to === null
        ? { __typename: 'MessageReceived', cursor, from, text, private: false }
        : { __typename: 'OfferReceived', cursor, from, sdp: text };
    for (const id of to === null ? others : [to]) told.get(id)?.push(event);
    ledger.sent.push({ text, from, to, outcome: 'accepted', cursor, again: false });
  }
  // Something that all hear last of all, so that each is known to have heard of everything.
  const end = { __typename: 'MessageReceived', cursor: cursorOf(ENTRIES + 1), from: 'dan' };
  for (const events of told.values()) events.push({ ...end, text: 'the end', private: false });
  return { ledger, told };
}

/** What the checker says of it. */
function verdict({ ledger, told }: History): string[] {
  for (const [id, events] of told) {
    const reader = new Reader(id);
    ledger.readers.push(reader);
    reader.hear(
      {
        __typename: 'RoomSnapshot',
        cursor: cursorOf(0),
        recovered: false,
        self: shown(id),
        participants: PEOPLE.filter((other) => other !== id).map((other) => shown(other)),
        messages: [],
      },
      true,
    );
    for (const event of events) reader.hear(event, true);
  }
  return ledger.verdict();
}

/** What somebody was told, and a place in it that is not its end. */
function anywhere({ told }: History, random: () => number): { events: Heard[]; place: number } {
  const all = [...told.values()].filter(({ length }) => length > 3);
  const events = all[Math.floor(random() * all.length)] ?? [];
  return { events, place: Math.floor(random() * (events.length - 2)) };
}

/** What no server may do. */
const PLANTED: Readonly<Record<string, (of: History, random: () => number) => void>> = {
  'loses an event of one reader': (of, random) => {
    const { events, place } = anywhere(of, random);
    events.splice(place, 1);
  },
  'loses for all what it acknowledged': (of, random) => {
    const lost = of.ledger.sent[Math.floor(random() * of.ledger.sent.length)];
    for (const [id, events] of of.told) {
      of.told.set(
        id,
        events.filter(({ cursor }) => cursor !== lost?.cursor),
      );
    }
  },
  'tells an event twice': (of, random) => {
    const { events, place } = anywhere(of, random);
    events.splice(place + 1, 0, events[place] as Heard);
  },
  'tells an event once more, later': (of, random) => {
    const { events, place } = anywhere(of, random);
    events.splice(events.length - 1, 0, events[place] as Heard);
  },
  'stores what was sent twice': (of) => {
    const [sent] = of.ledger.sent;
    for (const events of of.told.values()) {
      const found = events.find(({ cursor }) => cursor === sent?.cursor);
      if (found) events.push({ ...found, cursor: cursorOf(ENTRIES + 2) });
    }
  },
  'tells two events in the wrong order': (of, random) => {
    const { events, place } = anywhere(of, random);
    events.splice(place, 2, events[place + 1] as Heard, events[place] as Heard);
  },
  'has another order for one reader': (of, random) => {
    const { events, place } = anywhere(of, random);
    const [one, other] = [events[place] as Heard, events[place + 1] as Heard];
    events.splice(place, 2, { ...other, cursor: one.cursor }, { ...one, cursor: other.cursor });
  },
  'puts what one sent first behind what it sent next': ({ ledger, told }) => {
    const [first, next] = ledger.sent.filter(({ from }) => from === ledger.sent[0]?.from);
    if (first === undefined || next === undefined) throw new Error('Nobody has sent twice.');
    const [early, late] = [first.cursor, next.cursor];
    const swapped = (cursor: string) =>
      cursor === early ? late : cursor === late ? early : cursor;
    for (const one of [first, next]) one.cursor = swapped(one.cursor);
    for (const [id, events] of told) {
      const moved = events.map((event) => ({ ...event, cursor: swapped(event.cursor) }));
      told.set(
        id,
        moved.sort((one, other) => (one.cursor < other.cursor ? -1 : 1)),
      );
    }
  },
  'tells what it refused': (of) => {
    const sent = of.ledger.sent[0];
    if (sent !== undefined) sent.outcome = 'refused';
  },
  'gives an event to somebody that it is not for': ({ told, ledger }) => {
    const sent = ledger.sent.find(({ to }) => to !== null);
    for (const [id, events] of told) {
      if (id === sent?.to || id === sent?.from) continue;
      const event = { __typename: 'OfferReceived', cursor: sent?.cursor ?? '', from: sent?.from };
      events.push({ ...event, sdp: sent?.text });
      events.sort((one, other) => (one.cursor < other.cursor ? -1 : 1));
    }
  },
  'has somebody leave twice': ({ told }) => {
    for (const place of [2, 3]) {
      const cursor = cursorOf(ENTRIES + place);
      const event = { __typename: 'ParticipantLeft', cursor, participant: shown('cem') };
      for (const id of ['ann', 'bob']) told.get(id)?.push({ ...event, reason: 'LEFT' });
    }
  },
};

describe('the history checker', () => {
  test('finds nothing wrong with a sound history', () => {
    for (const seed of SEEDS) expect(verdict(history(seededRandom(seed)))).toEqual([]);
  });

  test.each(Object.keys(PLANTED))('finds out a server that %s', (name) => {
    for (const seed of SEEDS) {
      const random = seededRandom(seed);
      const planted = history(random);
      PLANTED[name]?.(planted, random);
      expect(verdict(planted), `seed ${seed}`).not.toEqual([]);
    }
  });
});
