import { ForbiddenError, NotInRoomError } from '../errors.ts';
import type { Caller } from './sessions.ts';

/** The only room that a caller may enter; null: any. */
export function onlyRoomOf({ guestOf, grant }: Pick<Caller, 'guestOf' | 'grant'>): string | null {
  return guestOf ?? grant?.roomId ?? null;
}

/** For what is done in a room: a session that is limited to another is in none. @throws NotInRoomError */
export function mustReach({ grant }: Pick<Caller, 'grant'>, roomId: string): void {
  if (grant !== null && grant.roomId !== roomId) throw new NotInRoomError();
}

/** For what concerns more than the room that a session is limited to. @throws ForbiddenError */
export function mustNotBeLimited({ grant }: Pick<Caller, 'grant'>): void {
  if (grant !== null) throw new ForbiddenError('This token is good for one room alone.');
}
