/**
 * What one person wants of another. WANTS: to be contacts. ASKED: the same, but only the other's email address is known:
 * who asked must not learn whose it is before the other accepts. DECLINES: does not want it, without telling. BLOCKS: wants
 * to be as if not there.
 */
export type Stance = 'NONE' | 'WANTS' | 'ASKED' | 'DECLINES' | 'BLOCKS';

/** Both stances, as one of the two sees them. */
export interface Standing {
  readonly mine: Stance;
  readonly theirs: Stance;
}

/** What one person sees of another. */
export type ContactState = 'REQUESTED' | 'INCOMING' | 'ACCEPTED' | 'BLOCKED';

/** What a person does about another. WITHDRAW takes back a request by address. */
export type ContactAct =
  | 'REQUEST'
  | 'REQUEST_BY_EMAIL'
  | 'WITHDRAW'
  | 'ACCEPT'
  | 'DECLINE'
  | 'REMOVE'
  | 'BLOCK'
  | 'UNBLOCK';

export const STRANGERS: Standing = { mine: 'NONE', theirs: 'NONE' };

/**
 * What somebody sees of another; null: nothing. A request by address is not seen here, and neither is whoever blocks or
 * declines: it must look as if nobody were there, or nobody had answered.
 */
export function stateOf({ mine, theirs }: Standing): ContactState | null {
  if (mine === 'BLOCKS') return 'BLOCKED';
  if (theirs === 'BLOCKS') return null;
  if (wants(mine)) {
    if (wants(theirs)) return 'ACCEPTED';
    return mine === 'WANTS' ? 'REQUESTED' : null;
  }
  return mine === 'NONE' && wants(theirs) ? 'INCOMING' : null;
}

/**
 * How two people stand after one of them did something; the same standing if nothing changes. A block wins over
 * everything: nothing that the other does changes it, and it undoes what the other wanted.
 */
export function afterAct(act: ContactAct, standing: Standing): Standing {
  const { mine, theirs } = standing;
  if (act === 'BLOCK') {
    return { mine: 'BLOCKS', theirs: wants(theirs) ? 'NONE' : theirs };
  }
  if (act === 'UNBLOCK') return mine === 'BLOCKS' ? { mine: 'NONE', theirs } : standing;
  if (mine === 'BLOCKS' || theirs === 'BLOCKS') return standing;
  const isIncoming = stateOf(standing) === 'INCOMING';
  switch (act) {
    case 'REQUEST':
      return { mine: 'WANTS', theirs };
    case 'REQUEST_BY_EMAIL':
      return mine === 'WANTS' ? standing : { mine: 'ASKED', theirs };
    case 'WITHDRAW':
      return mine === 'ASKED' && !wants(theirs) ? { mine: 'NONE', theirs } : standing;
    case 'ACCEPT':
      return isIncoming ? { mine: 'WANTS', theirs } : standing;
    case 'DECLINE':
      // Whoever asked goes on seeing the request, and does not learn of this.
      return isIncoming ? { mine: 'DECLINES', theirs } : standing;
    case 'REMOVE':
      return afterRemoval(standing);
  }
}

function afterRemoval(standing: Standing): Standing {
  switch (stateOf(standing)) {
    case 'ACCEPTED':
      return STRANGERS;
    case 'REQUESTED':
      return { mine: 'NONE', theirs: standing.theirs };
    case 'INCOMING':
      return afterAct('DECLINE', standing);
    default:
      return standing;
  }
}

function wants(stance: Stance): boolean {
  return stance === 'WANTS' || stance === 'ASKED';
}
