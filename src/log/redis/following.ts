import { CursorWriter } from '../../domain/cursor.ts';
import { type Aggregate, type Followed, type Inbox, isFor, type Kind } from '../../domain/log.ts';
import type { Committed } from './decisions.ts';
import type { Feed } from './feed.ts';
import { readHeading, stored } from './message.ts';

/** Registers the inbox of a follower after its decision is stored; returns the start of its stream. */
export function beginFollowing<K extends Kind, Reply>(
  aggregate: Aggregate<K>,
  feed: Feed<K>,
  inbox: Inbox<K['Entry']>,
  commit: Committed<K, Reply>,
): Followed<K, Reply> {
  const { epoch, place, from, received, missed, kept, now, reply, plan } = commit;
  if (plan.followed === null) throw new Error('The decision has no `begin` or `hold` step.');
  const { id, member, session, fence } = plan.followed;
  inbox.receivedThrough = received;
  const toldThrough = received;
  feed.admit({ id, member, session, fence, epoch, floor: place, inbox, toldThrough });
  const position = from ?? place;
  return {
    reply,
    hold: { key: feed.key, id, fence },
    cursor: feed.cursors(epoch).at(position),
    position,
    at: now,
    recovered: from !== null,
    missed: missed.map((one) => entryOf(aggregate, one)).filter((entry) => isFor(entry, id)),
    history: kept
      .map((one) => entryOf(aggregate, one))
      .filter((entry) => entry.position <= position)
      .map((entry) => aggregate.kept(entry)),
  };
}

function entryOf<K extends Kind>(aggregate: Aggregate<K>, message: string): K['Entry'] {
  const { epoch, position, at, to, who, bodyAt } = readHeading(message, 0);
  const body = aggregate.read(stored(message.slice(bodyAt)));
  return aggregate.place(body, new CursorWriter(epoch).at(position), position, at, to, who);
}
