import { expect } from 'vitest';
import type { Talker } from './talkers.ts';

/** What was sent: for each sender and addressee, the offers in the order in which they were accepted. */
export type Ledger = Map<string, string[]>;

export interface Verdict {
  lost: number;
  repeated: number;
  reordered: number;
  /** Snapshots that did not recover, beside the first. */
  unrecovered: number;
  /** Resumes, by their snapshots. */
  resumes: number;
  received: number;
}

/** The offers of a reader, each as it was handed over. */
function offersOf(reader: Talker): { sdp: string; cursor: string }[] {
  return reader.events.flatMap((event) =>
    event.__typename === 'OfferReceived' ? [{ sdp: event.sdp, cursor: event.cursor }] : [],
  );
}

/**
 * Compares what readers got with what they were sent.
 *
 * @param drop whether repeats are dropped by their cursors first, as a stock client's program does
 */
export function judge(readers: readonly Talker[], ledger: Ledger, drop: boolean): Verdict {
  const verdict: Verdict = {
    lost: 0,
    repeated: 0,
    reordered: 0,
    unrecovered: 0,
    resumes: 0,
    received: 0,
  };
  for (const reader of readers) {
    const snapshots = reader.events.filter((event) => event.__typename === 'RoomSnapshot');
    verdict.resumes += snapshots.length - 1;
    for (const snapshot of snapshots.slice(1)) {
      if (snapshot.__typename === 'RoomSnapshot' && !snapshot.recovered) verdict.unrecovered += 1;
    }
    let newest = '';
    const got = new Map<string, string[]>();
    for (const { sdp, cursor } of offersOf(reader)) {
      if (drop && cursor <= newest) continue;
      newest = cursor;
      verdict.received += 1;
      const sender = sdp.slice(0, sdp.lastIndexOf(' '));
      const list = got.get(sender) ?? [];
      list.push(sdp);
      got.set(sender, list);
    }
    for (const [lane, sent] of ledger) {
      const [sender, addressee] = lane.split(' → ');
      if (addressee !== reader.name || sender === undefined) continue;
      const list = got.get(sender) ?? [];
      verdict.lost += sent.filter((sdp) => !list.includes(sdp)).length;
      verdict.repeated += list.length - new Set(list).size;
      const unique = [...new Set(list)];
      const expected = sent.filter((sdp) => unique.includes(sdp));
      if (unique.join() !== expected.join()) verdict.reordered += 1;
    }
  }
  return verdict;
}

/** Between two snapshots cursors grow: whatever is repeated, a resume repeated it. */
export function expectRepeatsOnlyAcrossResumes(readers: readonly Talker[]): void {
  for (const reader of readers) {
    let last = '';
    for (const { __typename, cursor } of reader.events) {
      if (__typename !== 'RoomSnapshot') expect(cursor > last, reader.name).toBe(true);
      last = cursor;
    }
  }
}

/** In each one's view everybody else came once, by a snapshot or by an event, and whoever has left did so once. */
export function expectOneComingAndGoing(
  readers: readonly Talker[],
  left: readonly { reader: Talker; stays: readonly string[] }[],
): void {
  for (const reader of readers) {
    const joined: string[] = [];
    const gone: string[] = [];
    const seen = new Set<string>();
    for (const event of reader.events) {
      // A repeat across a resume is dropped by its cursor.
      if (event.__typename === 'RoomSnapshot') continue;
      if (seen.has(event.cursor)) continue;
      seen.add(event.cursor);
      if (event.__typename === 'ParticipantJoined') joined.push(event.participant.id);
      if (event.__typename === 'ParticipantLeft') gone.push(event.participant.id);
    }
    const [first] = reader.events;
    if (first?.__typename === 'RoomSnapshot') {
      joined.push(...first.participants.map(({ id }) => id));
    }
    expect(joined, reader.name).toHaveLength(new Set(joined).size);
    const expected = left.find((one) => one.reader === reader)?.stays ?? [];
    expect(gone.toSorted(), reader.name).toEqual([...expected].sort());
  }
}
