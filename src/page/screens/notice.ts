import type { App, Screen } from '../app.ts';
import { h } from '../dom.ts';
import { header } from '../header.ts';
import { type IconName, icon } from '../icons.ts';
import { texts } from '../messages/language.ts';

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

/** A message, and what the user can do about it. */
export function noticeScreen(app: App, notice: Notice): Screen {
  const buttons = notice.actions.map(({ label, testId, run }, index) =>
    h(
      index === 0 ? 'button.primary' : 'button',
      { type: 'button', 'data-testid': testId, click: run },
      label,
    ),
  );
  return {
    element: h(
      'div.page',
      {},
      header(app),
      h(
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
      ),
    ),
  };
}

/** The action that goes back to the home screen. */
export function homeAction(app: App): NoticeAction {
  return { label: texts.common.home, testId: 'home', run: () => void app.goTo(null) };
}
