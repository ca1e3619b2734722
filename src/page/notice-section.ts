import { h } from './dom.ts';
import { type IconName, icon } from './icons.ts';

export interface NoticeAction {
  readonly label: string;
  readonly testId: string;
  readonly run: () => void;
}

export interface Notice {
  /** For tests and styles: `room-full`, `left`, … */
  readonly kind: string;
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  /** The first is the primary action. */
  readonly actions: readonly NoticeAction[];
}

/** A message in the middle of the window, and what the user can do about it. */
export function noticeSection(notice: Notice): HTMLElement {
  const buttons = notice.actions.map(({ label, testId, run }, index) =>
    h(
      index === 0 ? 'button.primary' : 'button',
      { type: 'button', 'data-testid': testId, click: run },
      label,
    ),
  );
  return h(
    'main.center',
    {},
    h(
      'section.notice',
      { 'data-testid': 'notice', 'data-kind': notice.kind },
      h('div.notice-icon', {}, icon(notice.icon)),
      h('h1', { tabindex: -1 }, notice.title),
      h('p', {}, notice.text),
      h('div.actions', {}, ...buttons),
    ),
  );
}
