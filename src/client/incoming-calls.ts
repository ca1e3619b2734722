import type { AccountEvent, AccountLink, Reach } from './account-link.ts';
import { AccountView } from './account-view.ts';
import type { Call } from './call.ts';
import { unwrap } from './errors.ts';
import type { CallFieldsFragment } from './generated/graphql.ts';
import { AcceptCallDocument, DeclineCallDocument } from './generated/operations.ts';
import { IncomingCall, type IncomingCallEnd } from './incoming-call.ts';
import { checkJoin, type JoinOptions } from './join-room.ts';
import type { OwnAnswers } from './own-answers.ts';
import { closeRinging, replaceRinging, tellWhatRings } from './push-notifications.ts';

/** The calls that ring here, and whether this client can be rung. */
export type IncomingSnapshot = Reach & {
  /** Those that ring now, the first one first. */
  readonly calls: readonly IncomingCall[];
};

export interface IncomingCallsEvents {
  /** A call has begun to ring here. */
  ringing: IncomingCall;
  /** A call does not ring here any more. Emitted once for each call, also for one that rang only while there was no connection. */
  ended: { readonly call: IncomingCall; readonly reason: IncomingCallEnd };
}

/** What incoming calls need of their client. */
export interface Incoming {
  readonly link: AccountLink;
  readonly answers: OwnAnswers;
  /** Opens a socket that the join will use. */
  readonly warm: () => void;
  readonly join: (roomId: string, options: JoinOptions) => Promise<Call>;
  /** Cancels a call of a page that is being closed. */
  readonly abandon: (callId: string) => void;
}

interface Entry {
  readonly call: IncomingCall;
  /** As the first event of it said. */
  readonly waiting: boolean;
  readonly endsAt: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** How much later than a call should have ended it is taken for ended, when the server has not said so. */
const OVERDUE_MS = 3_000;

/**
 * The calls that ring here. As long as somebody listens, this client is a device of its user: calls ring here, and
 * contacts see the user as online.
 * @example
 * client.incoming.on('ringing', ({ caller }) => show(`${caller.name} calls`));
 */
export class IncomingCalls extends AccountView<IncomingSnapshot, IncomingCallsEvents> {
  readonly #client: Incoming;
  readonly #entries = new Map<string, Entry>();
  /** Answers under way, so that a second press of the button does not join twice. */
  readonly #accepting = new Map<string, Promise<Call>>();
  /** Calls of which `ended` was told before the server has said that they ended. */
  readonly #told = new Set<string>();
  /** Calls that the user has answered, of which it is not known where. */
  readonly #answered = new Set<string>();
  /** Not null while anything rings. */
  #stopTelling: (() => void) | null = null;

  /** Made by `createClient`. */
  constructor(client: Incoming) {
    super(client.link);
    this.#client = client;
    client.answers.on('settled', () => this.#settle());
  }

  protected receive(event: AccountEvent): void {
    switch (event.__typename) {
      case 'AccountSnapshot':
        this.#begin(event);
        break;
      case 'CallRinging':
        this.#update(event.call, event.waiting);
        break;
      case 'CallUpdated':
        this.#update(event.call);
        break;
      case 'CallEnded':
        this.#ended(event.call, event.reason);
        break;
    }
  }

  protected forget(): void {
    for (const id of [...this.#entries.keys()]) this.#end(id, 'LOST');
    this.#told.clear();
    this.#answered.clear();
  }

  protected look(reach: Reach): IncomingSnapshot {
    return { ...reach, calls: [...this.#entries.values()].map(({ call }) => call) };
  }

  #begin(event: Extract<AccountEvent, { __typename: 'AccountSnapshot' }>): void {
    // After a resume, the end of each call that is not there any more follows as an event.
    if (!event.recovered) {
      const there = new Set(event.calls.map(({ id }) => id));
      for (const id of [...this.#entries.keys()]) if (!there.has(id)) this.#end(id, 'LOST');
      this.#told.clear();
    }
    // In the order in which they came: all but the first knock.
    event.calls.forEach((call, at) => {
      this.#update(call, at > 0);
    });
  }

  #update(call: CallFieldsFragment, waiting = false): void {
    const { id } = call;
    const state = this.#legOf(call)?.state;
    if (state === 'RINGING' && call.state !== 'ENDED') this.#ring(call, waiting);
    if (state === 'ACCEPTED' && this.#entries.has(id)) {
      this.#answered.add(id);
      this.#settle();
    }
  }

  #ring(call: CallFieldsFragment, isWaiting: boolean): void {
    const { id } = call;
    if (this.#told.has(id)) return;
    const known = this.#entries.get(id);
    const endsAt = known?.endsAt ?? performance.now() + call.remainingMs;
    const lost = () => {
      this.#told.add(id);
      this.#end(id, 'LOST');
    };
    const timer = known?.timer ?? setTimeout(lost, call.remainingMs + OVERDUE_MS);
    const waiting = known?.waiting ?? isWaiting;
    const shown = this.#show(call, endsAt, waiting);
    this.#entries.set(id, { call: shown, waiting, endsAt, timer });
    this.#stopTelling ??= tellWhatRings((callId) => this.#entries.has(callId));
    this.changed();
    if (known !== undefined) return;
    this.emit('ringing', shown);
    replaceRinging(id).catch(() => {});
  }

  #ended(call: CallFieldsFragment, reason: IncomingCallEnd): void {
    const { id } = call;
    this.#client.answers.forget(id);
    this.#answered.delete(id);
    if (this.#told.delete(id)) return;
    if (this.#entries.has(id)) this.#end(id, reason);
    // It rang and ended while this client had no connection. An answered call was reported before, or did not ring here.
    else if (this.#isUnheard(call)) {
      this.emit('ended', { call: this.#show(call, 0, false), reason });
    }
  }

  #isUnheard(call: CallFieldsFragment): boolean {
    const state = this.#legOf(call)?.state;
    return state !== undefined && state !== 'ACCEPTED' && state !== 'BUSY';
  }

  /** Ends what the user has answered, as soon as it is known where. */
  #settle(): void {
    for (const id of [...this.#answered]) {
      const where = this.#client.answers.whereAnswered(id);
      if (where === null) continue;
      this.#answered.delete(id);
      this.#end(id, where);
    }
  }

  #end(id: string, reason: IncomingCallEnd): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#entries.delete(id);
    if (this.#entries.size === 0) {
      this.#stopTelling?.();
      this.#stopTelling = null;
    }
    this.changed();
    this.emit('ended', { call: entry.call, reason });
    if (reason !== 'LOST') closeRinging(id).catch(() => {});
  }

  #show(call: CallFieldsFragment, endsAt: number, waiting: boolean): IncomingCall {
    const { id } = call;
    return new IncomingCall(
      call,
      { endsAt, waiting },
      {
        accept: (options) => {
          const accepting =
            this.#accepting.get(id) ??
            this.#accept(call, options).finally(() => this.#accepting.delete(id));
          this.#accepting.set(id, accepting);
          return accepting;
        },
        decline: () => this.#decline(id),
      },
    );
  }

  async #accept({ id, room }: CallFieldsFragment, options: JoinOptions): Promise<Call> {
    const { link, answers, warm, join } = this.#client;
    checkJoin(room.id, options);
    warm();
    const input = { callId: id, clientKey: link.clientKey };
    await answers.ask(() =>
      link.perform(id, async (socket) => {
        return unwrap((await socket.execute(AcceptCallDocument, { input })).acceptCall).call;
      }),
    );
    this.#answered.delete(id);
    this.#end(id, 'ANSWERED_HERE');
    return await join(room.id, options);
  }

  async #decline(callId: string): Promise<void> {
    await this.#client.link.perform(callId, async (socket) => {
      const input = { callId };
      unwrap((await socket.execute(DeclineCallDocument, { input })).declineCall);
    });
    if (!this.#entries.has(callId)) return;
    // The server tells this device, too, and possibly later.
    this.#told.add(callId);
    this.#end(callId, 'DECLINED');
  }

  #legOf({ legs }: CallFieldsFragment) {
    return legs.find(({ user }) => user.id === this.#client.link.userId);
  }
}
