import type { User } from '../accounts/account.ts';
import type { Call } from '../call/call.ts';
import { GoneError } from '../errors.ts';
import { type Eventual, whenReady } from '../eventual.ts';
import { newId } from '../identifier.ts';
import type { Followed, Hold, Inbox, Log } from '../log.ts';
import { type Claim, claimCallee, claimCaller, drop, hear, refuseCaller } from './calls.ts';
import type { PersonFact, PersonKind, PersonOptions } from './course.ts';
import { type Attendance, attend, endSession, letGo, release } from './devices.ts';
import type { AccountEntry } from './entry.ts';
import type { Presence, SeenContact } from './ports.ts';
import { hearContact, hearPresence, presenceTold } from './telling.ts';

/** The answer to attending. Everything after its cursor comes through the mailbox. */
export type Attended = Followed<PersonKind, readonly Call[]>;

/**
 * The people who are online, who ring, or who are in a call. Each method gives one rule of `domain/person` to the log.
 * See the rule for what it decides.
 */
export class LivePersons {
  readonly #log: Log<PersonKind>;
  readonly #options: PersonOptions;

  constructor(log: Log<PersonKind>, options: PersonOptions) {
    this.#log = log;
    this.#options = options;
  }

  /**
   * Begins or resumes a device; the caller opens the mailbox.
   *
   * @param isThere whether the client that asks is still connected; if not, nothing is done
   * @throws GoneError, UnavailableError
   */
  attend(
    attendance: Attendance,
    by: { readonly inbox: Inbox<AccountEntry>; readonly after: string | null },
    isThere: () => boolean,
  ): Eventual<Attended> {
    const decide = attend(newId(), attendance, this.#options);
    return this.#log.follow(
      attendance.user.id,
      (state, context) => {
        if (!isThere()) throw new GoneError();
        return decide(state, context);
      },
      by,
    );
  }

  detach({ key, id, fence }: Hold): Eventual<void> {
    return this.#log.owe(key, letGo(id, fence));
  }

  release({ key, id, fence }: Hold): Eventual<void> {
    return this.#log.owe(key, release(id, fence));
  }

  /** Ends the devices of a session that this node holds. */
  endSession(sessionId: string): Eventual<void> {
    return this.#log.oweFor({ session: sessionId }, endSession(sessionId));
  }

  claimCaller(call: Call): Eventual<Claim> {
    return this.#log.run(call.caller.id, claimCaller(call));
  }

  refuseCaller(call: Call): Eventual<boolean> {
    return this.#log.run(call.caller.id, refuseCaller(call));
  }

  claimCallee(user: User, call: Call, may: Parameters<typeof claimCallee>[2]): Eventual<Claim> {
    return this.#log.run(user.id, claimCallee(user, call, may));
  }

  hear(user: User, call: Call): Eventual<void> {
    return this.#log.run(user.id, hear(user, call));
  }

  drop(userId: string, callId: string): Eventual<void> {
    return this.#log.run(userId, drop(callId));
  }

  hearPresence(userId: string, user: User, presence: Presence): Eventual<void> {
    return this.#log.run(userId, hearPresence(user, presence));
  }

  hearContact(userId: string, otherId: string, contact: SeenContact | null): Eventual<void> {
    return this.#log.run(userId, hearContact(otherId, contact));
  }

  presenceTold(userId: string, revision: number): Eventual<void> {
    return this.#log.run(userId, presenceTold(revision));
  }

  presenceOf(userId: string): Eventual<Presence> {
    return whenReady(this.#log.read(userId), (state) => state?.presence ?? 'OFFLINE');
  }

  /** The calls that a user is in or that ring. */
  callsOf(userId: string): Eventual<readonly Call[]> {
    return whenReady(this.#log.read(userId), (state) =>
      (state?.calls ?? []).map((own) => own.call),
    );
  }

  /** Tells every node up to when a user has seen their calls. @throws UnavailableError */
  spreadCallsSeen(userId: string, until: number): Eventual<void> {
    return this.#log.spread({ callsSeen: { userId, until } });
  }

  /** Calls `listener` with what any node spreads. */
  onCallsSeen(listener: (userId: string, until: number) => void): void {
    this.#log.onNews(({ callsSeen: { userId, until } }) => listener(userId, until));
  }

  /** Calls `listener` as {@link Log.observe} says. */
  observe(listener: (fact: PersonFact) => void): void {
    this.#log.observe((_userId, _place, fact) => listener(fact));
  }

  close(): Eventual<void> {
    return this.#log.close();
  }
}
