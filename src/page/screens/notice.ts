import type { App, Screen } from '../app.ts';
import { h } from '../dom.ts';
import { header } from '../header.ts';
import { texts } from '../messages/language.ts';
import { type Notice, type NoticeAction, noticeSection } from '../notice-section.ts';

/** A message, and what the user can do about it. */
export function noticeScreen(app: App, notice: Notice): Screen {
  return { element: h('div.page', {}, header(app), noticeSection(notice)) };
}

/** The action that goes back to the home screen. */
export function homeAction(app: App): NoticeAction {
  return { label: texts.common.home, testId: 'home', run: () => void app.goTo(null) };
}
