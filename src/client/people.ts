import type { AccountEvent, Reach } from './account-link.ts';
import { AccountView } from './account-view.ts';
import { unwrap } from './errors.ts';
import type {
  CallFieldsFragment,
  CallMedia,
  ContactFieldsFragment,
  Presence,
  UserFieldsFragment,
} from './generated/graphql.ts';
import { RingDocument } from './generated/operations.ts';
import type { Incoming } from './incoming-calls.ts';
import { objectProblem, requireOptions, roomIdProblem } from './options.ts';
import { OutgoingCall } from './outgoing-call.ts';
import type { PeopleActions } from './people-actions.ts';
import { randomId } from './random-id.ts';

/** The people whom the user knows, and the calls that the user is in, on all devices. */
export type PeopleSnapshot = Reach & {
  /** Contacts, requests and blocked users whose accounts are known, newest first. */
  readonly contacts: readonly ContactFieldsFragment[];
  /** Calls that ring at either side or go on, on any device of the user. */
  readonly calls: readonly CallFieldsFragment[];
};

export interface PeopleEvents {
  /** Somebody has become a contact, is one in another way, or (null) is none any more. */
  contact: { readonly userId: string; readonly contact: ContactFieldsFragment | null };
  /** A contact can be reached now, or not any more, or is in a call. */
  presence: { readonly user: UserFieldsFragment; readonly presence: Presence };
  /** The user has seen their calls on one of their devices: ask `callsSeenUntil` again. */
  callsSeen: undefined;
}

export interface RingOptions {
  /** What the call begins with. Default `VIDEO`. */
  readonly media?: CallMedia;
  /** The room of the call. Default: one that is made for the call, and ends with it. */
  readonly roomId?: string;
}

/** Everything about other people: who they are, whether they can be reached, and calls to them. */
export type People = PeopleView & PeopleActions;

/** How many ended calls are remembered, in case the answer to a ring comes after the end of the call. */
const REMEMBERED = 20;

/**
 * Contacts with their presence, and calls to them. As long as somebody listens, this client is a device of its user:
 * calls ring here, and contacts see the user as online.
 * @example
 * const ringing = await client.people.ring([id], { media: 'AUDIO' });
 * const answered = await ringing.join({ stream });
 */
export class PeopleView extends AccountView<PeopleSnapshot, PeopleEvents> {
  readonly #client: Incoming;
  readonly #outgoing = new Map<string, OutgoingCall>();
  #contacts: readonly ContactFieldsFragment[] = [];
  #calls: readonly CallFieldsFragment[] = [];
  #ended: readonly CallFieldsFragment[] = [];

  /** Made by `createClient`. */
  constructor(client: Incoming) {
    super(client.link);
    this.#client = client;
  }

  /**
   * Calls people: their devices ring. Resolves when they do, or when it is known that nobody can answer: look at the
   * snapshot, or `join`, which waits for an answer. If one of them rings the user at the same time, it resolves to the one
   * call in which both are. Without a connection it waits for one. Refused: `USER_NOT_FOUND` also for somebody whom the
   * user may not call, `ALREADY_IN_CALL`, `ROOM_NOT_FOUND`, `INVALID_INPUT`, `RATE_LIMITED`.
   */
  async ring(userIds: readonly string[], options: RingOptions = {}): Promise<OutgoingCall> {
    requireOptions({ options: objectProblem(options) });
    const { media = 'VIDEO', roomId } = options;
    requireOptions({
      userIds: Array.isArray(userIds) && userIds.length > 0 ? null : 'has to be a list of user ids',
      media: media === 'VIDEO' || media === 'AUDIO' ? null : "has to be 'AUDIO' or 'VIDEO'",
      roomId: roomId === undefined ? null : roomIdProblem(roomId),
    });
    const { link, answers } = this.#client;
    const input = { userIds: [...userIds], media, roomId: roomId ?? null, ringId: randomId() };
    // Until there is an `OutgoingCall`, which holds it itself.
    const release = link.hold();
    try {
      const call = await answers.ask(() =>
        link.perform(input.ringId, async (socket) => {
          return unwrap((await socket.execute(RingDocument, { input })).ring).call;
        }),
      );
      return this.#made(call);
    } finally {
      release();
    }
  }

  protected receive(event: AccountEvent): void {
    switch (event.__typename) {
      case 'AccountSnapshot':
        this.#begin(event);
        break;
      case 'CallRinging':
      case 'CallUpdated':
        this.#update(event.call);
        break;
      case 'CallEnded':
        this.#update(event.call, event.reason);
        break;
      case 'ContactUpdated':
        this.#setContact(event);
        break;
      case 'CallsSeen':
        this.emit('callsSeen', undefined);
        break;
      case 'PresenceChanged': {
        const { user, presence } = event;
        this.#contacts = this.#contacts.map((contact) =>
          contact.user?.id === user.id ? { ...contact, user, presence } : contact,
        );
        this.changed();
        this.emit('presence', { user, presence });
      }
    }
  }

  protected forget(): void {
    this.#contacts = [];
    this.#calls = [];
    this.#ended = [];
    for (const call of [...this.#outgoing.values()]) call.lose();
    this.#outgoing.clear();
  }

  protected look(reach: Reach): PeopleSnapshot {
    return { ...reach, contacts: this.#contacts, calls: this.#calls };
  }

  #begin({ calls, contacts, recovered }: Extract<AccountEvent, { __typename: 'AccountSnapshot' }>) {
    this.#calls = calls;
    this.#contacts = contacts;
    this.changed();
    for (const call of calls) this.#outgoing.get(call.id)?.update(call, null);
    // After a resume, the end of each call that is not there any more follows as an event.
    if (recovered) return;
    for (const [id, outgoing] of this.#outgoing) {
      if (calls.some((call) => call.id === id)) continue;
      this.#outgoing.delete(id);
      outgoing.lose();
    }
  }

  #update(call: CallFieldsFragment, reason: CallFieldsFragment['reason'] = null): void {
    const { id } = call;
    // An event that is sent again after a resume may be older than the snapshot.
    if (reason === null && this.#ended.some((ended) => ended.id === id)) return;
    const others = this.#calls.filter((known) => known.id !== id);
    this.#calls = reason === null ? [...others, call] : others;
    if (reason !== null) this.#ended = [...this.#ended, { ...call, reason }].slice(-REMEMBERED);
    this.changed();
    const outgoing = this.#outgoing.get(id);
    if (reason !== null) this.#outgoing.delete(id);
    outgoing?.update(call, reason);
  }

  #made(answer: CallFieldsFragment): OutgoingCall {
    const { id } = answer;
    // Events may have overtaken the answer.
    const told = [...this.#ended, ...this.#calls].find((known) => known.id === id);
    const call = told ?? answer;
    const outgoing = new OutgoingCall(call, this.#client);
    if (call.reason === null && call.state !== 'ENDED') {
      this.#outgoing.set(id, outgoing);
      if (told === undefined) this.#update(call);
    }
    return outgoing;
  }

  #setContact({ userId, contact }: PeopleEvents['contact']): void {
    const others = this.#contacts.filter(({ user }) => user?.id !== userId);
    const known = others.length < this.#contacts.length;
    if (contact === null) this.#contacts = others;
    else if (!known) this.#contacts = [contact, ...this.#contacts];
    else {
      this.#contacts = this.#contacts.map((one) => (one.user?.id === userId ? contact : one));
    }
    this.changed();
    this.emit('contact', { userId, contact });
  }
}
