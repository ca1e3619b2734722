import { h } from './dom.ts';
import { icon } from './icons.ts';
import { texts } from './messages/language.ts';

/** A panel that can be shown next to the videos. */
export interface Panel {
  readonly name: 'people' | 'chat';
  readonly title: string;
  readonly content: HTMLElement;
  /** The element that gets the focus when the panel opens; null for its heading. */
  readonly focus: HTMLElement | null;
}

/** The place for one panel at a time. */
export interface SidePanel {
  readonly element: HTMLElement;
  /** The panel that is open; null when none is. */
  readonly open: Panel['name'] | null;
  toggle(name: Panel['name']): void;
  close(): void;
}

/** @param changed called after a panel was opened or closed */
export function sidePanel(panels: readonly Panel[], changed: () => void): SidePanel {
  let open: Panel['name'] | null = null;
  let opener: Element | null = null;
  const heading = h('h2', { tabindex: -1 });
  const body = h('div.panel-body');
  const element = h(
    'aside.panel',
    { hidden: true, 'aria-label': texts.call.sidePanel, 'data-testid': 'panel' },
    h(
      'header',
      {},
      heading,
      h(
        'button.round.quiet',
        {
          type: 'button',
          'aria-label': texts.call.closePanel,
          'data-testid': 'close-panel',
          click: () => close(),
        },
        icon('close'),
      ),
    ),
    body,
  );
  element.addEventListener('keydown', (event) => {
    // Escape in a dialog of the panel closes the dialog alone.
    const inDialog = event.composedPath().some((at) => at instanceof HTMLDialogElement);
    if (event.key === 'Escape' && !inDialog) close();
  });
  const close = () => {
    if (open === null) return;
    open = null;
    const hadFocus = element.contains(document.activeElement);
    element.hidden = true;
    body.replaceChildren();
    changed();
    // Returns the focus to where it came from, unless it is elsewhere already.
    if (hadFocus && opener instanceof HTMLElement) opener.focus();
  };
  return {
    element,
    get open() {
      return open;
    },
    toggle(name) {
      if (open === name) return close();
      const panel = panels.find((one) => one.name === name);
      if (panel === undefined) return;
      opener = document.activeElement;
      open = name;
      heading.textContent = panel.title;
      element.dataset.panel = name;
      body.replaceChildren(panel.content);
      element.hidden = false;
      changed();
      (panel.focus ?? heading).focus({ preventScroll: true });
    },
    close,
  };
}
