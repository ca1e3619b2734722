import type { Call } from './call.ts';
import type {
  CallEndReason,
  CallFieldsFragment,
  CallMedia,
  RoomFieldsFragment,
  UserFieldsFragment,
} from './generated/graphql.ts';
import type { JoinOptions } from './join-room.ts';

/** What an incoming call needs of its client. */
export interface IncomingCallActions {
  accept(options: JoinOptions): Promise<Call>;
  decline(): Promise<void>;
}

/**
 * Why a call does not ring here any more: the server's reason, or that the user has answered it here or on another device.
 * LOST: this client cannot be rung any more, or was away for too long to be told why.
 */
export type IncomingCallEnd = CallEndReason | 'ANSWERED_HERE' | 'ANSWERED_ELSEWHERE' | 'LOST';

/**
 * A call that rings here, at one moment: after each change there is another object.
 * @example
 * const [ringing] = client.incoming.snapshot.calls;
 * const answered = await ringing?.accept({ stream });
 */
export class IncomingCall {
  readonly id: string;
  readonly caller: UserFieldsFragment;
  /** What the caller begins with. */
  readonly media: CallMedia;
  /** Where the call takes place. */
  readonly room: RoomFieldsFragment;
  /** Whether it knocks: when it came, the user was in another call, or another one rang. Accepting it hangs up that one. */
  readonly waiting: boolean;
  /** All who are called, the user of this client among them, and what became of the ring at each. */
  readonly legs: CallFieldsFragment['legs'];
  readonly #actions: IncomingCallActions;
  readonly #endsAt: number;

  /** Made by `client.incoming`. */
  constructor(
    call: CallFieldsFragment,
    { endsAt, waiting }: { readonly endsAt: number; readonly waiting: boolean },
    actions: IncomingCallActions,
  ) {
    this.id = call.id;
    this.caller = call.caller;
    this.media = call.media;
    this.room = call.room;
    this.legs = call.legs;
    this.waiting = waiting;
    this.#actions = actions;
    this.#endsAt = endsAt;
  }

  /** How long it still rings, in milliseconds, as of now; no clock has to be right. */
  get remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /**
   * Answers the call on this device, and joins its room as `client.joinRoom` does, with the same options and errors. All
   * other devices of the user stop ringing. Without a connection it waits for one.
   * @throws {RefusedError} `ANSWERED_ELSEWHERE`; `CALL_ENDED` when it is too late
   */
  accept(options: JoinOptions = {}): Promise<Call> {
    return this.#actions.accept(options);
  }

  /**
   * Refuses the call on all devices of the user.
   * @throws {RefusedError} `ANSWERED_ELSEWHERE`; `CALL_ENDED` when it is too late
   */
  decline(): Promise<void> {
    return this.#actions.decline();
  }
}
