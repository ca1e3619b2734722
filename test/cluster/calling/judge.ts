import { type Answer, post } from '../../kit/people.ts';
import type { SeenCall } from '../../kit/phone.ts';
import type { Neighbour, Town } from './town.ts';

/** How long a call rings in these tests, and what a step of it may take. */
const RING_MS = 8000;

const HISTORY = `query ($after: String) {
  calls(first: 100, after: $after) {
    edges { node { id state reason caller { id } legs { user { id } state } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Page {
  readonly calls: {
    readonly edges: readonly { readonly node: SeenCall }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** What is found once all calls have ended. */
export interface Verdict {
  /** What is wrong with what people were told. */
  readonly faults: string[];
  /** How many devices were never told of a missed call, because its node was in trouble before anybody was rung. */
  unheard: number;
}

export async function judge(
  town: Town,
  graphqlUrl: string,
  troubles: readonly Trouble[],
): Promise<Verdict> {
  const faults = town.handsets.flatMap((handset) => handset.faults);
  const verdict: Verdict = { faults, unheard: 0 };
  for (const [name, clients] of town.answers) {
    if (clients.size > 1) faults.push(`${name} was answered by ${[...clients]}`);
  }
  const histories = new Map<string, Map<string, SeenCall>>();
  for (const { person } of town.neighbours) {
    histories.set(person.accountId, await historyOf(graphqlUrl, person.headers));
  }
  const isCalm = (id: string) => {
    const askedAt = town.made.get(id);
    if (askedAt === undefined) return false;
    return !troubles.some(({ from, to }) => askedAt + RING_MS > from && askedAt < to);
  };
  for (const one of town.neighbours) judgeOne(one, histories, isCalm, verdict);
  return verdict;
}

function judgeOne(
  { person, handsets }: Neighbour,
  histories: ReadonlyMap<string, ReadonlyMap<string, SeenCall>>,
  isCalm: (callId: string) => boolean,
  verdict: Verdict,
): void {
  const { faults } = verdict;
  const own = histories.get(person.accountId) ?? new Map<string, SeenCall>();
  for (const call of own.values()) {
    const members = [call.caller.id, ...call.legs.map(({ user }) => user.id)];
    for (const member of members) {
      const theirs = histories.get(member)?.get(call.id);
      if (JSON.stringify(theirs) !== JSON.stringify(call)) {
        faults.push(`${call.id} differs between histories: ${call.reason}, ${theirs?.reason}`);
      }
    }
  }
  for (const handset of handsets) {
    for (const [id, { call, reason }] of handset.over) {
      const kept = own.get(id);
      // A call may have gone on for others than the one who was told.
      const told = call.reason ?? kept?.reason;
      if (reason === 'MERGED' ? kept !== undefined : kept === undefined || kept.reason !== told) {
        faults.push(`${id} ended as ${reason} at ${person.name}, and is kept as ${kept?.reason}`);
      }
    }
    if (handset.forgotten > 0) continue;
    // A device that was never away for too long has heard of everything that rang, or was rung, at its user's.
    for (const call of own.values()) {
      const state = call.legs.find(({ user }) => user.id === person.accountId)?.state;
      if (state === 'BUSY' || state === 'UNREACHABLE' || handset.over.has(call.id)) continue;
      const hasOtherHeard = handsets.some(({ over }) => over.has(call.id));
      // A ring whose node was in trouble may end before anybody is rung.
      const mayBeUnheard = (state === 'MISSED' || state === 'CANCELLED') && !isCalm(call.id);
      if (mayBeUnheard && !hasOtherHeard) {
        verdict.unheard += 1;
        continue;
      }
      faults.push(`${person.name} ${handset.clientKey} has not heard of the end of ${call.id}`);
    }
  }
}

async function historyOf(
  url: string,
  headers: Record<string, string>,
): Promise<Map<string, SeenCall>> {
  const found = new Map<string, SeenCall>();
  let after: string | null = null;
  for (;;) {
    const answer: Answer<Page> = await post<Page, object>(url, HISTORY, { after }, headers);
    if (!answer.data) throw new Error(JSON.stringify(answer.errors));
    const { edges, pageInfo } = answer.data.calls;
    for (const { node } of edges) found.set(node.id, node);
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

/** From when to when something was wrong with the cluster. */
export interface Trouble {
  readonly from: number;
  readonly to: number;
}

/**
 * For every device that rang when something was decided: how long it rang after the answer. Left out is what happened
 * during a trouble, and a device that had just come back.
 */
export function ringingAfter(town: Town, troubles: readonly Trouble[]): number[] {
  const found: number[] = [];
  for (const { person, handsets } of town.neighbours) {
    for (const { silences } of handsets) {
      for (const { callId, connectedAt, rangAt, silentAt } of silences) {
        const decision = town.decisions.find(
          (one) => one.callId === callId && (one.userId ?? person.accountId) === person.accountId,
        );
        if (decision === undefined) continue;
        const { askedAt, answeredAt } = decision;
        if (connectedAt > askedAt || rangAt > askedAt) continue;
        if (troubles.some(({ from, to }) => askedAt < to && silentAt > from)) continue;
        found.push(Math.max(0, silentAt - answeredAt));
      }
    }
  }
  return found;
}
