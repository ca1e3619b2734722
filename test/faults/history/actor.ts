import type { Person } from '../../kit/people.ts';
import { pace } from '../../kit/waiting.ts';
import type { Ledger, Sent } from './ledger.ts';
import { Line, LineLost } from './line.ts';
import { HAND, LEAVE, MEDIA, REMOVE, RENAME, SAY, SEND } from './operations.ts';
import { type Heard, Reader, ROOM_EVENTS } from './reader.ts';

/** So often something without an answer is asked again, before it is left in doubt. */
const TRIES = 40;
/** At most so many signals are sent one behind the other, without waiting for an answer. */
const BURST = 4;
const ENTER_MS = 15_000;
/** So much of what befell somebody last is kept. */
const TRACED = 25;

export interface ActorParts {
  readonly name: string;
  readonly person: Person;
  readonly roomId: string;
  readonly ledger: Ledger;
  readonly random: () => number;
  /** Where the next socket goes. */
  readonly url: () => string;
}

/** Somebody who does in one room what comes to mind. */
export class Actor {
  reader: Reader | null = null;
  operations = 0;
  /** What befell it last, in words. */
  readonly trace: string[] = [];
  readonly #parts: ActorParts;
  #line: Line | null = null;
  #subscription = '';
  #key = '';
  #counter = 0;
  /** The server ended the subscription, or the socket: the actor has not looked yet. */
  #over = true;
  /** Whether its newest socket has told it anything. */
  #hasBegun = false;
  /** While it comes back; null: it does not. */
  #coming: Promise<void> | null = null;

  constructor(parts: ActorParts) {
    this.#parts = parts;
  }

  get isIn(): boolean {
    return this.reader !== null && !this.#over && this.#line?.lost === false;
  }

  /** Does one thing. */
  async step(): Promise<void> {
    this.operations += 1;
    const { random } = this.#parts;
    if (!this.isIn) return this.#comeBack();
    const what = random();
    if (what < 0.55) await this.#sendOffers();
    else if (what < 0.63) await this.#say();
    else if (what < 0.7) await this.#do(MEDIA, { audio: random() < 0.5, video: random() < 0.5 });
    else if (what < 0.75) await this.#do(HAND, { raised: random() < 0.5 });
    else if (what < 0.87) await this.#resume(random());
    else if (what < 0.92) await this.leave(random() < 0.5);
    else if (what < 0.95) await this.#takeOver();
    else if (what < 0.97) await this.#remove();
    else if (what < 0.98) await this.#rename();
    else await this.#vanish();
  }

  /** Is in, whatever it takes. */
  async settle(): Promise<void> {
    while (!this.isIn) await this.#comeBack();
  }

  /**
   * Whether the server has ended its stay over a connection that is there, though nobody has done anything that ends one
   * for some time. A removal may take effect that late, if nobody was told of its outcome.
   */
  get wasEnded(): boolean {
    const reason = this.reader?.reason ?? null;
    return this.#over && reason !== null && reason !== 'REMOVED';
  }

  async leave(byUnsubscribing: boolean): Promise<void> {
    const line = this.#line;
    if (line === null || !this.isIn) return;
    if (byUnsubscribing) line.unsubscribe(this.#subscription);
    else await this.#do(LEAVE, {});
    this.#forget();
    line.close();
  }

  /** Says something to all that tells readers how far they are. */
  say(text: string): Promise<Sent | null> {
    return this.#accept(SAY, 'sendMessage', { text, messageId: text, to: null }, text, null);
  }

  /** Lets go of everything without a word. */
  cut(): void {
    this.#line?.cut();
  }

  #comeBack(): Promise<void> {
    this.#coming ??= this.#enterAgain().finally(() => {
      this.#coming = null;
    });
    return this.#coming;
  }

  async #enterAgain(): Promise<void> {
    // Its stay has ended, or it was never in; or only the socket was lost.
    const ended = this.reader === null || (this.#over && this.reader.reason !== 'DISCONNECTED');
    if (ended) await this.#enter(this.#newKey(), null, false);
    else await this.#enter(this.#key, this.#parts.random() < 0.6 ? this.reader : null, false);
  }

  /** Loses the socket, or believes so, and comes back. */
  async #resume(how: number): Promise<void> {
    const line = this.#line;
    if (how < 0.6) line?.cut();
    await this.#enter(this.#key, how % 0.2 < 0.12 ? this.reader : null, false);
    // Half-open: the server learns of it later.
    if (how >= 0.6) setTimeout(() => line?.cut(), 300);
  }

  async #takeOver(): Promise<void> {
    const former = this.#line;
    await this.#enter(this.#newKey(), null, true);
    setTimeout(() => former?.cut(), 300);
  }

  /** Is lost and comes as somebody new, so that its stay ends by itself. */
  async #vanish(): Promise<void> {
    this.#line?.cut();
    this.#forget();
  }

  #forget(): void {
    this.reader = null;
    this.#over = true;
    this.#line = null;
  }

  #note(what: string): void {
    this.trace.push(`${new Date().toISOString()} ${what}`);
    if (this.trace.length > TRACED) this.trace.shift();
  }

  #newKey(): string {
    this.#counter += 1;
    return `${this.#parts.name}-${this.#counter}`;
  }

  async #enter(key: string, after: Reader | null, takeOver: boolean): Promise<void> {
    const { roomId, person, ledger, url, name } = this.#parts;
    const same = key === this.#key && this.reader !== null;
    let line: Line;
    try {
      line = await Line.open(url(), person.token);
    } catch (error) {
      if (!(error instanceof LineLost)) throw error;
      return pace(100 + this.#parts.random() * 200);
    }
    const reader = same && this.reader !== null ? this.reader : new Reader(`${name}/${key}`);
    if (!same) ledger.readers.push(reader);
    this.#line = line;
    this.#key = key;
    this.reader = reader;
    this.#over = false;
    const isNewest = () => this.#line === line;
    const at = line.id;
    this.#note(`enters by ${at} with ${key}, after ${after?.last ?? 'nothing'}`);
    let refused = false;
    // What a former socket still says counts until this one has begun.
    const heard = () => this.reader === reader && (isNewest() || !this.#hasBegun);
    this.#hasBegun = false;
    reader.after = after?.last ?? null;
    const entered = new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        line.cut();
        resolve();
      }, ENTER_MS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      line.onLost((code) => {
        this.#note(`${at} was lost: ${code}`);
        done();
      });
      const variables = { roomId, clientKey: key, after: after?.last ?? null, takeOver };
      this.#subscription = line.subscribe(ROOM_EVENTS, variables, {
        event: (event) => {
          if (event.__typename === 'RoomSnapshot' && isNewest()) this.#hasBegun = true;
          if (heard()) reader.hear(event as unknown as Heard, isNewest());
          if (/Snapshot|Left|Refused/.test(String(event.__typename))) {
            this.#note(`${at} tells ${JSON.stringify(event).slice(0, 300)}`);
          }
          if (event.__typename === 'JoinRefused') refused = true;
          if (event.__typename === 'RoomSnapshot') done();
        },
        ended: (errors) => {
          this.#note(`${at} ends: ${JSON.stringify(errors)}`);
          if (isNewest()) this.#over = true;
          done();
        },
      });
    });
    await entered;
    if (!refused) return;
    // Its own stay of before waits for it to come back: it makes way for this one.
    this.#forget();
    line.close();
    if (!takeOver) await this.#enter(key, null, true);
    else await pace(100);
  }

  /** Some at once, to anybody: they must arrive in this order. */
  async #sendOffers(): Promise<void> {
    const { random, name } = this.#parts;
    const others = [...(this.reader?.view.keys() ?? [])].filter((id) => id !== this.reader?.self);
    const many = 1 + Math.floor(random() * BURST);
    this.operations += many - 1;
    const sending = Array.from({ length: many }, () => {
      const to = others[Math.floor(random() * others.length)];
      if (to === undefined) return null;
      this.#counter += 1;
      const sdp = `${name}:${this.#counter}`;
      return this.#accept(SEND, 'sendOffer', { to, sdp, signalId: sdp }, sdp, to);
    });
    await Promise.all(sending);
  }

  async #say(): Promise<void> {
    this.#counter += 1;
    await this.say(`${this.#parts.name}:${this.#counter}`);
  }

  /** Asks until there is an answer, as long as the stay is the same one. */
  async #accept(
    query: string,
    field: string,
    input: object,
    text: string,
    to: string | null,
  ): Promise<Sent | null> {
    const { roomId, ledger } = this.#parts;
    const from = this.reader?.self ?? '';
    const sent: Sent = { text, from, to, outcome: 'unknown', cursor: '', again: false };
    ledger.sent.push(sent);
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (this.reader?.self !== from) return null;
      try {
        if (this.#line === null) return null;
        // Only the snapshot says whether it would be sent in the same stay. The SDK waits for it, too.
        if (!this.#hasBegun) throw new LineLost();
        const answer = (await this.#line.run(query, { input: { roomId, ...input } }))[field];
        if (answer?.__typename === 'RateLimitedError') throw new Error('Nobody is that fast.');
        // By the newest stay of the same user nothing is sent that the former one began.
        const accepted = answer?.__typename.endsWith('Success') === true;
        if (accepted) {
          sent.outcome = 'accepted';
          sent.cursor = String(answer.cursor);
        } else if (!sent.again) sent.outcome = 'refused';
        return sent;
      } catch (error) {
        if (!(error instanceof LineLost)) throw error;
        sent.again = true;
        await pace(50 + this.#parts.random() * 100);
        if (!this.isIn && this.reader !== null) await this.#comeBack();
      }
    }
    return null;
  }

  async #do(query: string, input: object): Promise<void> {
    const line = this.#line;
    const { roomId } = this.#parts;
    await line?.run(query, { input: { roomId, ...input } }).catch(ignoreLoss);
  }

  async #remove(): Promise<void> {
    const others = [...(this.reader?.view.values() ?? [])].filter(
      ({ id }) => id !== this.reader?.self,
    );
    const own = this.reader?.view.get(this.reader.self ?? '');
    const one = others[Math.floor(this.#parts.random() * others.length)];
    if (one === undefined || own?.role !== 'HOST') return;
    await this.#do(REMOVE, { participantId: one.id, ban: false });
  }

  async #rename(): Promise<void> {
    this.#counter += 1;
    const input = { name: `${this.#parts.name} ${this.#counter}` };
    await this.#line?.run(RENAME, { input }).catch(ignoreLoss);
  }
}

function ignoreLoss(error: unknown): void {
  if (!(error instanceof LineLost)) throw error;
}
