import { PeerqlError } from '@peerql/client';
import { html, nothing, type TemplateResult } from 'lit';
import { type FileLeg, type FileTransfer, isOffered, isUnderWay } from './call-files.ts';
import { wordsFor } from './error-words.ts';
import { fileSize } from './file-size.ts';
import { CLOSE, icon } from './icons.ts';
import type { AllMessages } from './messages/all-words.ts';

/** What the user can do about a file. */
export interface FileActions {
  readonly accept: (id: number) => void;
  readonly decline: (id: number) => void;
  readonly cancel: (id: number) => void;
  readonly save: (id: number) => void;
  readonly remove: (id: number) => void;
}

/** A file, how far it has come, and what can be done about it. */
export function fileRow(
  transfer: FileTransfer,
  words: AllMessages,
  language: string,
  actions: FileActions,
): TemplateResult {
  const { id, name, size } = transfer;
  const isOver = !isUnderWay(transfer);
  const remove = words.files.remove(name);
  return html`
    <li part="item" data-testid="file" data-name=${name} data-state=${stateOf(transfer)}>
      <div class="head">
        <bdi class="name" part="name" title=${name}>${name}</bdi>
        <span class="soft size">${fileSize(size, language)}</span>
        ${
          isOver
            ? html`<button class="round quiet small" part="remove" type="button" data-testid="remove-file"
                aria-label=${remove} title=${remove} @click=${() => actions.remove(id)}>${icon(CLOSE)}</button>`
            : nothing
        }
      </div>
      ${transfer.legs.map((leg) => html`<p class="soft" part="state" dir="auto">${legWords(leg, transfer, words)}</p>`)}
      ${transfer.legs.some(({ state }) => state === 'moving') ? progress(transfer, words, language) : nothing}
      ${buttons(transfer, words, actions)}
    </li>
  `;
}

/** What happens with a file, in a sentence for each of the others. */
export function fileWords(transfer: FileTransfer, words: AllMessages): string {
  return transfer.legs.map((leg) => legWords(leg, transfer, words)).join(' ');
}

function stateOf(transfer: FileTransfer): FileLeg['state'] {
  const states = transfer.legs.map(({ state }) => state);
  const order = ['moving', 'waiting', 'done', 'over'] as const;
  return order.find((state) => states.includes(state)) ?? 'over';
}

function legWords(
  { name, state, error }: FileLeg,
  { incoming, saved }: FileTransfer,
  words: AllMessages,
): string {
  const { files } = words;
  if (state === 'waiting') return (incoming ? files.offered : files.waiting)(name);
  if (state === 'moving') return (incoming ? files.receiving : files.sending)(name);
  if (state === 'done' && !incoming) return files.sent(name);
  if (state === 'done') return saved ? files.saved : files.received(name);
  // The user has aborted this side's own signal.
  if (error instanceof DOMException && error.name === 'AbortError') return files.canceled;
  const code = error instanceof PeerqlError ? error.code : '';
  if (code === 'FILE_REFUSED') return files.declined(name);
  if (code === 'FILE_CANCELLED') return files.stopped(name);
  if (code === 'PEER_NOT_IN_ROOM') return files.gone(name);
  return files.failed(name, wordsFor(error, words));
}

function progress(
  { name, size, legs }: FileTransfer,
  { files }: AllMessages,
  language: string,
): TemplateResult {
  // Those who declined do not count.
  const counted = legs.filter(({ state }) => state !== 'over');
  const total = Math.max(size * counted.length, 1);
  const share = counted.reduce((sum, { bytes }) => sum + bytes, 0) / total;
  const percent = new Intl.NumberFormat(language, { style: 'percent' }).format(share);
  return html`<div class="progress" part="progress">
    <progress max="1" .value=${share} aria-label=${files.progress(name)} data-testid="file-progress"></progress>
    <span class="soft">${percent}</span>
  </div>`;
}

function buttons(
  transfer: FileTransfer,
  { common, files, offers }: AllMessages,
  { accept, decline, cancel, save }: FileActions,
): TemplateResult | typeof nothing {
  const { id, name, incoming, saved, legs } = transfer;
  const button = (
    testId: string,
    label: string,
    full: string,
    press: () => void,
    primary = false,
  ) =>
    html`<button class=${primary ? 'small primary' : 'small'} type="button" data-testid=${testId}
      aria-label=${full} @click=${press}>${label}</button>`;
  if (isOffered(transfer)) {
    return html`<div class="actions">
      ${button('accept-file', offers.accept, files.acceptFile(name), () => accept(id), true)}
      ${button('decline-file', offers.decline, files.declineFile(name), () => decline(id))}
    </div>`;
  }
  if (isUnderWay(transfer)) {
    return html`<div class="actions">
      ${button('cancel-file', common.cancel, files.cancelFile(name), () => cancel(id))}
    </div>`;
  }
  if (!incoming || legs[0]?.state !== 'done') return nothing;
  return html`<div class="actions">
    ${button('save-file', files.save, files.saveFile(name), () => save(id), !saved)}
  </div>`;
}
