import type { LiveBan, RoomRules } from './rules.ts';
import type { Knocking, Pass, RoomState, Stay, Waiting } from './state.ts';

/** One thing that changes in a room. */
export type Change =
  | { readonly type: 'rules learned'; readonly rules: RoomRules; readonly updated: boolean }
  | { readonly type: 'stay began'; readonly stay: Stay }
  /** Replaces the stay with the same id. */
  | { readonly type: 'stay changed'; readonly stay: Stay }
  | { readonly type: 'stay ended'; readonly id: string }
  | { readonly type: 'knock made'; readonly waiting: Waiting }
  /** Replaces the waiting user with the same knock id. */
  | { readonly type: 'knock changed'; readonly waiting: Waiting }
  | { readonly type: 'knock ended'; readonly knockId: string }
  | { readonly type: 'pass given'; readonly pass: Pass; readonly atMost: number }
  | { readonly type: 'pass used'; readonly knockId: string }
  | { readonly type: 'knocking counted'; readonly knocking: readonly Knocking[] }
  | { readonly type: 'banned'; readonly ban: LiveBan }
  | { readonly type: 'unbanned'; readonly userId: string }
  | { readonly type: 'emptied' }
  | { readonly type: 'closed'; readonly at: number }
  | { readonly type: 'forgetting'; readonly at: number | null };

/** The state after a change. States are made nowhere else. */
export function evolve(state: RoomState, change: Change): RoomState {
  switch (change.type) {
    case 'rules learned':
      return { ...state, rules: change.rules, updated: state.updated || change.updated };
    case 'stay began':
      return { ...state, joins: state.joins + 1, stays: state.stays.concat(change.stay) };
    case 'stay changed':
      return { ...state, stays: replaced(state.stays, change.stay) };
    case 'stay ended':
      return {
        ...state,
        stays: state.stays.filter(({ participant }) => participant.id !== change.id),
      };
    case 'knock made':
      return { ...state, waiting: [...state.waiting, change.waiting] };
    case 'knock changed': {
      const { knockId } = change.waiting;
      const waiting = state.waiting.map((one) => (one.knockId === knockId ? change.waiting : one));
      return { ...state, waiting };
    }
    case 'knock ended':
      return {
        ...state,
        waiting: state.waiting.filter(({ knockId }) => knockId !== change.knockId),
      };
    case 'pass given':
      return { ...state, passes: [...state.passes, change.pass].slice(-change.atMost) };
    case 'pass used':
      return { ...state, passes: state.passes.filter(({ knockId }) => knockId !== change.knockId) };
    case 'knocking counted':
      return { ...state, knocking: change.knocking };
    case 'banned':
      return { ...state, bans: [...others(state.bans, change.ban.userId), change.ban] };
    case 'unbanned':
      return { ...state, bans: others(state.bans, change.userId) };
    case 'emptied':
      return { ...state, joins: 0, bans: state.bans.filter(({ lasting }) => lasting) };
    case 'closed':
      return { ...state, stays: [], joins: 0, waiting: [], passes: [], closedAt: change.at };
    case 'forgetting':
      return { ...state, forgetAt: change.at };
  }
}

function others(bans: readonly LiveBan[], userId: string): LiveBan[] {
  return bans.filter((ban) => ban.userId !== userId);
}

function replaced(stays: readonly Stay[], stay: Stay): Stay[] {
  const { id } = stay.participant;
  return stays.map((one) => (one.participant.id === id ? stay : one));
}
