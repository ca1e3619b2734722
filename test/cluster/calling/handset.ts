import type { Person } from '../../kit/people.ts';
import { Phone, type SeenCall, type SeenEvent } from '../../kit/phone.ts';
import { pace } from '../../kit/waiting.ts';

/** How a call stopped ringing at a device, by the clock of the test, in milliseconds. */
export interface Silence {
  readonly callId: string;
  /** Since when the device has had this connection. */
  readonly connectedAt: number;
  readonly rangAt: number;
  readonly silentAt: number;
}

/** A device that connects again and resumes whatever breaks, as the SDK does, and notes what it is told. */
export class Handset {
  /** The calls that it shows: whether they ring here. */
  readonly shown = new Map<string, { readonly rings: boolean; readonly since: number }>();
  /** The calls that have ended: as they were told to have ended. */
  readonly over = new Map<string, { readonly call: SeenCall; readonly reason: string }>();
  readonly silences: Silence[] = [];
  /** What is wrong with what it was told. */
  readonly faults: string[] = [];
  /** How often it had to forget what it knew. */
  forgotten = -1;
  isOpen = false;
  readonly #socketUrl: () => string;
  #phone: Phone | null = null;
  #cursor = '';
  #connectedAt = 0;
  #isAway = false;
  #stopped = false;
  readonly #living: Promise<void>;

  constructor(
    socketUrl: () => string,
    readonly person: Person,
    readonly clientKey: string,
  ) {
    this.#socketUrl = socketUrl;
    this.#living = this.#live();
  }

  get rings(): string[] {
    return [...this.shown].filter(([, { rings }]) => rings).map(([id]) => id);
  }

  /** Loses its socket, and comes back after `ms`. */
  async lose(ms: number): Promise<void> {
    this.#isAway = true;
    this.#phone?.cut();
    await pace(ms);
    this.#isAway = false;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#phone?.dispose();
    await this.#living;
  }

  async #live(): Promise<void> {
    while (!this.#stopped) {
      if (this.#isAway) {
        await pace(50);
        continue;
      }
      const phone = new Phone(this.#socketUrl(), this.person);
      this.#phone = phone;
      await this.#use(phone).catch(() => {});
      this.isOpen = false;
      await phone.dispose();
      await pace(100);
    }
  }

  async #use(phone: Phone): Promise<void> {
    const after = this.#cursor === '' ? {} : { after: this.#cursor };
    await phone.attend({ clientKey: this.clientKey, ...after });
    this.#connectedAt = performance.now();
    this.isOpen = true;
    let seen = 0;
    while (phone.outcome === 'open' && phone.error === undefined && !this.#stopped) {
      for (const event of phone.events.slice(seen)) this.#take(event);
      seen = phone.events.length;
      const isNews = () => phone.events.length > seen || phone.outcome !== 'open';
      await phone.until(isNews, 'news').catch(() => {});
    }
    for (const event of phone.events.slice(seen)) this.#take(event);
  }

  #take(event: SeenEvent): void {
    const { __typename: type, cursor, call } = event;
    if (type === 'AccountSnapshot') {
      if (event.recovered !== true) this.#begin(event.calls ?? []);
      this.#cursor = cursor;
      return;
    }
    if (cursor <= this.#cursor) this.#fault(`${type} came again`);
    this.#cursor = cursor;
    if (call === undefined) return;
    if (type === 'CallEnded') {
      if (this.over.has(call.id)) this.#fault(`${call.id} ended twice`);
      this.over.set(call.id, { call, reason: event.reason ?? '' });
      this.#silence(call.id);
      this.shown.delete(call.id);
      return;
    }
    if (this.over.has(call.id)) this.#fault(`${type} of ${call.id} after its end`);
    this.#show(call);
  }

  #begin(calls: readonly SeenCall[]): void {
    this.forgotten += 1;
    this.shown.clear();
    for (const call of calls) {
      if (this.over.has(call.id)) this.#fault(`${call.id} came back after its end`);
      this.#show(call);
    }
  }

  #show(call: SeenCall): void {
    const isOwn = ({ user, state }: SeenCall['legs'][number]) =>
      user.id === this.person.accountId && state === 'RINGING';
    const rings = call.legs.some(isOwn);
    if (!rings) this.#silence(call.id);
    const since = this.shown.get(call.id)?.since ?? performance.now();
    this.shown.set(call.id, { rings, since });
  }

  #silence(callId: string): void {
    const shown = this.shown.get(callId);
    if (shown?.rings !== true) return;
    const silentAt = performance.now();
    this.silences.push({
      ...{ callId, connectedAt: this.#connectedAt, rangAt: shown.since, silentAt },
    });
  }

  #fault(what: string): void {
    this.faults.push(`${this.person.name} ${this.clientKey}: ${what}`);
  }
}
