import { type Call, type CallLeg, peopleOf } from './call.ts';

/** Everything that the rules of a call depend on. It is JSON, so any log can store it. */
export interface CallRecord {
  readonly call: Call;
  /** Whether its room was made for it and is closed with it. */
  readonly ownRoom: boolean;
  /** Whether the caller is known to be in this call and in no other. */
  readonly claimed: boolean;
  /** The callees who were asked whether they can be rung. */
  readonly reached: readonly string[];
  /** By user: the newest revision of the call that their devices were told. */
  readonly told: Readonly<Record<string, number>>;
  /** By user: the client that accepted. */
  readonly answeredBy: Readonly<Record<string, string>>;
  /** The call that goes on instead of this one; null: none. */
  readonly mergedInto: string | null;
  /** Whether everything is done that follows from its end. */
  readonly settled: boolean;
  /** Since when nobody of it is known to be in its room, in milliseconds since the Unix epoch; null: somebody is. */
  readonly emptySince: number | null;
  /** Whether anybody of it has been in its room. */
  readonly visited: boolean;
  /** Those who were in its room when it was looked at last. */
  readonly present: readonly string[];
  /** When what is left to do is done by whichever node comes first; null: nothing is left. */
  readonly pursueAt: number | null;
  /** When its room is looked at; null: never. */
  readonly lookAt: number | null;
  /** When this state is deleted; null: not yet. */
  readonly forgetAt: number | null;
}

/** What is left to do for a call outside of its own log. */
export interface Work {
  /** Whether the caller has to be claimed. */
  readonly claim: boolean;
  /** Callees who have to be asked whether they can be rung. */
  readonly reach: readonly CallLeg[];
  /** Users whose devices have to be told how the call is now. */
  readonly tell: readonly string[];
  /** Whether what follows from its end has to be done. */
  readonly settle: boolean;
}

/** Null if nothing is left to do. */
export function workOf({ call, claimed, reached, told, settled }: CallRecord): Work | null {
  const rings = (leg: CallLeg) => leg.state === 'RINGING' && !reached.includes(leg.user.id);
  const reach = call.state === 'ENDED' ? [] : call.legs.filter(rings);
  const waiting = new Set(reach.map(({ user }) => user.id));
  const claim = !claimed && call.state !== 'ENDED';
  const behind = (id: string) => (told[id] ?? 0) < call.revision && !waiting.has(id);
  // While it is not known whether the caller can be in it, it may still be forgotten: nobody hears of it.
  const tell = claim ? [] : peopleOf(call).filter(behind);
  const settle = call.state === 'ENDED' && !settled;
  const isDone = !claim && reach.length === 0 && tell.length === 0 && !settle;
  return isDone ? null : { claim, reach, tell, settle };
}

/** Whether anybody has to be asked whether they can be in the call. */
export function asks({ claim, reach }: Work): boolean {
  return claim || reach.length > 0;
}

/** Whether anybody has to be told, or the end to be settled. */
export function tells({ tell, settle }: Work): boolean {
  return settle || tell.length > 0;
}
