import { type Call, type Client, PeerqlError, type User } from '@peerql/client';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { CallElement } from './call-element.ts';
import { define } from './define.ts';
import { wordsFor } from './error-words.ts';
import { answerKnock } from './knock-answers.ts';
import { knockList } from './knock-list.ts';
import { type AllMessages, allWords } from './messages/all-words.ts';
import { type ListedPerson, personRow } from './person-row.ts';
import { type Question, questionDialog } from './question.ts';
import { dialogStyles } from './styles/dialog.ts';
import { peopleStyles } from './styles/people.ts';

/**
 * Everybody in a call, with the safety code to compare with each of them. The host also sees who waits to be let in, and
 * can ask somebody to mute or remove them; with a `client`, the owner of the room also sees whom they have banned, and can
 * let them back in.
 * @example
 * people.call = await client.joinRoom(roomId);
 * people.client = client;
 */
export class PeerqlPeople extends CallElement {
  static override styles: CSSResultGroup = [CallElement.styles, dialogStyles, peopleStyles];
  static override properties: PropertyDeclarations = {
    client: { attribute: false },
    bans: { state: true },
    openTools: { state: true },
    question: { state: true },
    told: { state: true },
    failure: { state: true },
    code: { state: true },
  };

  /** Asked for those whom the owner of the room has banned. Default: null, which shows none. */
  declare client: Pick<Client, 'bans' | 'unban'> | null;
  declare protected bans: readonly User[];
  /** The id of the participant whose tools are shown. */
  declare protected openTools: string | null;
  declare protected question: Question | null;
  declare protected told: string;
  declare protected failure: string;
  /** Whose safety code is wanted, and the code; its digits are null until it is there. */
  declare protected code: { readonly id: string; readonly digits: string | null } | null;

  constructor() {
    super();
    this.client = null;
    this.bans = [];
    this.openTools = null;
    this.question = null;
    this.told = '';
    this.failure = '';
    this.code = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Somebody may have been banned meanwhile, also on another device.
    if (this.hasUpdated) void this.#loadBans();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    // A connection that is made anew has another code.
    const { code, snapshot } = this;
    const other = snapshot?.participants.find(({ id }) => id === code?.id);
    if (other?.peerState !== 'connected') this.code = null;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (changed.has('client') || changed.has('call')) void this.#loadBans();
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog?.open === false) dialog.showModal();
  }

  protected override get words(): AllMessages {
    return allWords(super.words);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { snapshot, words } = this;
    if (snapshot === null) return nothing;
    const { self, participants, knocks } = snapshot;
    const byHost = self.role === 'HOST';
    const people: readonly ListedPerson[] = [self, ...participants];
    return html`
      ${knockList(knocks, words, {
        admit: (knockId) =>
          this.#attempt((call) => answerKnock(call, knockId, () => call.admit(knockId))),
        deny: (knockId) =>
          this.#attempt((call) => answerKnock(call, knockId, () => call.deny(knockId))),
        denyAndBan: (knockId, name) =>
          this.#ask(words.knocks.confirmBan(name), words.knocks.ban, async (call) => {
            await call.deny(knockId, { ban: true });
            await this.#loadBans();
          }),
      })}
      <ul part="list" data-testid="people">
        ${repeat(
          people,
          ({ id }) => id,
          (person) =>
            personRow(person, words, {
              own: person.id === self.id,
              hasTools: byHost && person.id !== self.id,
              isOpen: this.openTools === person.id,
              toggle: () => {
                this.openTools = this.openTools === person.id ? null : person.id;
              },
              requestMute: () => this.#requestMute(person),
              remove: (ban) => this.#remove(person, ban),
              code: this.code?.id === person.id ? this.code.digits : null,
              toggleCode: () => this.#toggleCode(person.id),
            }),
        )}
      </ul>
      <p class="soft told" part="notice" role="status">${this.told}</p>
      <p class="form-error" part="error" role="alert" data-testid="people-error">${this.failure}</p>
      ${this.#banned()}${questionDialog(this.question, words, (answer) => this.#answered(answer))}
    `;
  }

  #requestMute({ id, user: { name } }: ListedPerson): void {
    this.openTools = null;
    void this.#attempt(async (call) => {
      await call.requestMute(id);
      this.told = this.words.hostTools.askedToMute(name);
    });
  }

  #toggleCode(id: string): void {
    const wanted = this.code?.id === id ? null : { id, digits: null };
    this.code = wanted;
    if (wanted === null) return;
    // The last press counts, whichever code comes first.
    const show = (code: typeof this.code) => {
      if (this.code === wanted) this.code = code;
    };
    void this.#attempt(async (call) => {
      try {
        show({ id, digits: await call.safetyCode(id) });
      } finally {
        show(null);
      }
    });
  }

  #remove({ id, user: { name } }: ListedPerson, ban: boolean): void {
    const { confirmBan, confirmRemove, ...words } = this.words.hostTools;
    const text = (ban ? confirmBan : confirmRemove)(name);
    this.#ask(text, ban ? words.ban : words.remove, async (call) => {
      await call.remove(id, { ban });
      if (ban) await this.#loadBans();
    });
  }

  #banned(): TemplateResult | typeof nothing {
    const words = this.words.bans;
    if (this.bans.length === 0) return nothing;
    return html`
      <section class="bans" part="bans">
        <h3>${words.title}</h3>
        <ul data-testid="bans">
          ${repeat(
            this.bans,
            ({ id }) => id,
            ({ id, name }) => html`
              <li class="person" part="ban" data-testid="banned" data-name=${name}>
                <bdi class="name">${name}</bdi>
                <button class="small" type="button" data-testid="unban" aria-label=${words.allowName(name)} @click=${() => this.#unban(id)}>
                  ${words.allow}
                </button>
              </li>
            `,
          )}
        </ul>
      </section>
    `;
  }

  #unban(userId: string): void {
    void this.#attempt(async ({ snapshot }) => {
      await this.client?.unban(snapshot.room.id, userId);
      await this.#loadBans();
    });
  }

  #ask(text: string, action: string, run: (call: Call) => Promise<void>): void {
    this.question = { text, action, run };
  }

  #answered(yes: boolean): void {
    const { question } = this;
    this.question = null;
    if (yes && question !== null) void this.#attempt(question.run);
  }

  async #attempt(run: (call: Call) => Promise<void>): Promise<void> {
    const { call } = this;
    if (call === null) return;
    this.told = '';
    this.failure = '';
    try {
      await run(call);
    } catch (error) {
      // The call ended while this was under way: there is nobody to tell.
      if (error instanceof PeerqlError && error.code === 'ENDED') return;
      this.failure = wordsFor(error, this.words);
    }
  }

  /** Those whom the owner has banned. Nobody else may know. */
  async #loadBans(): Promise<void> {
    const { client, snapshot } = this;
    const owner = snapshot?.room.owner.id === snapshot?.self.user.id;
    if (client === null || snapshot === null || !owner) {
      if (this.bans.length > 0) this.bans = [];
      return;
    }
    try {
      this.bans = await client.bans(snapshot.room.id);
    } catch (error) {
      this.failure = wordsFor(error, this.words);
    }
  }
}

define('peerql-people', PeerqlPeople);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-people': PeerqlPeople;
  }
}
