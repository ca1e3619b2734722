import type { Call, RoomEnd, User } from '../../client/index.ts';
import { type App, type Screen, showPeopleAddress } from '../app.ts';
import { h } from '../dom.ts';
import { header } from '../header.ts';
import { texts } from '../messages/language.ts';
import { callScreen } from '../screens/call.ts';
import { callEnded } from '../screens/call-ended.ts';
import { noticeScreen } from '../screens/notice.ts';
import { ringPerson } from '../screens/outgoing.ts';

/** Shows a call that rang. Its room ends with it, so it is not in the address. */
export function showDirectCall(app: App, call: Call, other: User): void {
  const { room } = call.snapshot;
  showPeopleAddress();
  const onEnd = (end: RoomEnd) => ended(app, room.id, end, other);
  app.show(callScreen(app, call, { other, onEnd }));
}

/** While the room of an answered call is entered. */
export function connectingScreen(app: App, name: string): Screen {
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
          { role: 'status', 'data-testid': 'connecting' },
          h('span.spinner', {}),
          h('h1', { tabindex: -1, dir: 'auto' }, texts.call.waitingFor(name)),
        ),
      ),
    ),
  };
}

function ended(app: App, roomId: string, end: RoomEnd, other: User): void {
  const words = texts.people.outgoing;
  const { reason } = end;
  if (reason === 'LEFT') {
    app.toast(words.over.title);
    void app.goToPeople();
  } else if (reason === 'ROOM_CLOSED' || reason === 'CLOSED_BY_OWNER') {
    app.show(
      noticeScreen(app, {
        kind: 'call-over',
        icon: 'leave',
        title: words.over.title,
        text: words.over.text(other.name),
        actions: [
          { label: texts.people.back, testId: 'back', run: () => void app.goToPeople() },
          {
            label: words.again,
            testId: 'call-again',
            run: () => void ringPerson(app, other, 'VIDEO'),
          },
        ],
      }),
    );
  } else callEnded(app, roomId, end);
}
