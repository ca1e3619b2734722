import { DataLimits } from '@peerql/client';
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
import { type FileTransfer, filesOf } from './call-files.ts';
import { define } from './define.ts';
import { fileRow, fileWords } from './file-row.ts';
import { fileSize } from './file-size.ts';
import { CLIP, icon } from './icons.ts';
import { type AllMessages, allWords } from './messages/all-words.ts';
import { StoreController } from './store-controller.ts';
import { filesStyles } from './styles/files.ts';

/**
 * The files of a call: a button to send some, directly to the others, and a list of those that are offered, on their way
 * and received. Nothing is received before the user accepts it.
 * @example
 * document.querySelector('peerql-files').call = await client.joinRoom(roomId);
 */
export class PeerqlFiles extends CallElement {
  static override styles: CSSResultGroup = [CallElement.styles, filesStyles];
  static override properties: PropertyDeclarations = {
    to: {},
    failure: { state: true },
  };

  /** The id of the participant to send to; empty for everybody. Default: empty. */
  declare to: string;
  declare protected failure: string;
  readonly #files = new StoreController<readonly FileTransfer[]>(this);

  constructor() {
    super();
    this.to = '';
    this.failure = '';
  }

  /** Opens the browser's list of files. Call it while a press of the user is handled. */
  choose(): void {
    this.#picker?.click();
  }

  /** Offers files to whom `to` names. Why one cannot be sent is said in the element. */
  send(files: Iterable<File>): void {
    const { call, snapshot, to, words } = this;
    if (call === null || snapshot === null) return;
    const others = snapshot.participants.filter(({ id }) => to === '' || id === to);
    this.failure = others.length === 0 ? words.files.alone : '';
    if (others.length === 0) return;
    for (const file of files) {
      if (file.size <= DataLimits.fileBytes) filesOf(call).send(file, others);
      else {
        const most = fileSize(DataLimits.fileBytes, this.language);
        this.failure = words.files.tooBig(file.name, most);
      }
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('call')) this.#files.follow(this.call === null ? null : filesOf(this.call));
  }

  protected override get words(): AllMessages {
    return allWords(super.words);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { call, snapshot, words } = this;
    if (call === null || snapshot === null) return nothing;
    const transfers = this.#files.snapshot ?? [];
    const newest = transfers.at(-1);
    const files = filesOf(call);
    const actions = {
      accept: (id: number) => files.accept(id),
      decline: (id: number) => files.decline(id),
      cancel: (id: number) => files.cancel(id),
      save: (id: number) => files.save(id),
      remove: (id: number) => files.remove(id),
    };
    return html`
      <ul part="list" aria-label=${words.files.title} data-testid="files" ?hidden=${transfers.length === 0}>
        ${repeat(
          transfers,
          ({ id }) => id,
          (transfer) => fileRow(transfer, words, this.language, actions),
        )}
      </ul>
      <p class="sr-only" role="status">${newest === undefined ? '' : `${newest.name}: ${fileWords(newest, words)}`}</p>
      <p class="form-error" part="error" role="alert" data-testid="files-error">${this.failure}</p>
      <input class="picker" type="file" multiple tabindex="-1" aria-hidden="true" data-testid="file-picker" @change=${this.#picked} />
      <button class="small" part="attach" type="button" data-testid="attach"
        ?disabled=${snapshot.participants.length === 0} @click=${() => this.choose()}>
        ${icon(CLIP)}${words.files.attach}
      </button>
    `;
  }

  get #picker(): HTMLInputElement | null {
    return this.renderRoot.querySelector('.picker');
  }

  #picked({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    this.send([...(target.files ?? [])]);
    // So that the same file can be chosen again.
    target.value = '';
  }
}

define('peerql-files', PeerqlFiles);

declare global {
  interface HTMLElementTagNameMap {
    'peerql-files': PeerqlFiles;
  }
}
