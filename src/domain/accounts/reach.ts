import { ForbiddenError, NotInRoomError } from '../errors.ts';
import type { Caller } from './sessions.ts';

/** The only room that a caller may enter; null: any. */
export function onlyRoomOf({ guestOf, grant }: Pick<Caller, 'guestOf' | 'grant'>): string | null {
  return guestOf ?? grant?.roomId ?? null;
}

/** Checks an action in a room: a session that is limited to another room cannot be in it. @throws NotInRoomError */
export function mustReach({ grant }: Pick<Caller, 'grant'>, roomId: string): void {
  if (grant !== null && grant.roomId !== roomId) throw new NotInRoomError();
}

/**
 * Checks an action that concerns more than one room: a session that is limited to a room may not do it. @throws
 * ForbiddenError
 */
export function mustNotBeLimited({ grant }: Pick<Caller, 'grant'>): void {
  if (grant !== null) throw new ForbiddenError('This token is valid for one room only.');
}

/** Checks an action of people with an account: guests may not do it, nor limited sessions. @throws ForbiddenError */
export function mustHaveAccount(caller: Pick<Caller, 'guestOf' | 'grant'>): void {
  if (caller.guestOf !== null) throw new ForbiddenError();
  mustNotBeLimited(caller);
}
