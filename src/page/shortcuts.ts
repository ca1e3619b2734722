import { type Dialog, dialog } from './dialog.ts';
import { h } from './dom.ts';
import { texts } from './messages/language.ts';

/** A single-key shortcut. */
export interface Shortcut {
  /** As `KeyboardEvent.key`, in upper case. */
  readonly key: string;
  /** What it does, for the list of all. */
  readonly does: string;
  readonly run: () => void;
}

const STORED = 'peerql-shortcuts';

/** Listens for single keys, except in fields and when shortcuts are switched off. Returns a function that stops it. */
export function listenForShortcuts(shortcuts: readonly Shortcut[]): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    // Inside of an element the event itself names the element alone.
    const [target = null] = event.composedPath();
    if (isTyping(target) || dialogIsOpen(document)) return;
    const shortcut = shortcuts.find(({ key }) => key === event.key.toUpperCase());
    if (shortcut === undefined || !areOn()) return;
    event.preventDefault();
    shortcut.run();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/**
 * A dialog with all shortcuts, and the switch for them (WCAG 2.2, 2.1.4).
 * @param onSwitch called with its position, now and whenever it changes
 */
export function helpDialog(
  shortcuts: readonly Shortcut[],
  onSwitch: (on: boolean) => void,
): Dialog {
  const box = h('input', {
    type: 'checkbox',
    id: 'shortcuts-on',
    'data-testid': 'shortcuts-on',
    checked: areOn(),
    change: () => {
      remember(box.checked);
      onSwitch(box.checked);
    },
  });
  onSwitch(box.checked);
  return dialog('help', texts.call.shortcuts, [
    h(
      'dl.keys',
      {},
      ...shortcuts.map(({ key, does }) => row(key, does)),
      row(texts.shortcuts.space, texts.shortcuts.talk),
      row('Esc', texts.shortcuts.escape),
    ),
    h('label.check', {}, box, texts.shortcuts.use),
  ]);
}

function row(key: string, does: string): HTMLElement {
  return h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, does));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}

/** Whether a dialog is open, also in an element's shadow tree. */
function dialogIsOpen(root: Document | ShadowRoot): boolean {
  if (root.querySelector('dialog[open]') !== null) return true;
  return [...root.querySelectorAll('*')].some(
    ({ shadowRoot }) => shadowRoot !== null && dialogIsOpen(shadowRoot),
  );
}

function areOn(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off';
  } catch {
    return true;
  }
}

function remember(on: boolean): void {
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off');
  } catch {
    // Storage may be blocked; then the choice is not remembered.
  }
}
