import type { User } from '../accounts/account.ts';

/** A room as it is stored. Who is in it now is the room log's to know. */
export interface Room {
  /** 16 lower-case hex characters, 64 random bits. Who holds it may ask for the room. */
  readonly id: string;
  readonly name: string | null;
  readonly host: User;
  /** Participants at once. */
  readonly capacity: number;
  readonly createdAt: Date;
  /** Pushed on by use. */
  readonly expiresAt: Date;
}
