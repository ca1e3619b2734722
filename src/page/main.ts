import '../elements/call.ts';
import '../elements/german.ts';
import '../elements/incoming.ts';
import '../elements/prejoin.ts';
import '../elements/preview.ts';
import { type App, createApp, isAccountAddress, isPeopleAddress, roomInAddress } from './app.ts';
import { restoreDevices } from './kept-devices.ts';
import { takeMailLink } from './mail-link.ts';
import { language, texts } from './messages/language.ts';
import { beReachable } from './people/incoming.ts';
import { peopleNews } from './people/news.ts';
import { answerPushed } from './people/pushed.ts';
import { openAccount } from './screens/account.ts';
import { guestScreen } from './screens/guest.ts';
import { homeScreen } from './screens/home.ts';
import { openInvitation } from './screens/invitation.ts';
import { openLobby } from './screens/lobby.ts';
import { noticeScreen } from './screens/notice.ts';
import { peopleScreen } from './screens/people.ts';
import { resetPasswordScreen } from './screens/reset-password.ts';
import { signInScreen } from './screens/sign-in.ts';
import { openVerification } from './screens/verify-email.ts';
import { restoreTheme } from './theme.ts';
import { wordsFor } from './words.ts';

async function route(app: App): Promise<void> {
  try {
    app.account ??= await app.client.me();
    const link = takeMailLink();
    const roomId = roomInAddress();
    if (link?.action === 'verifyEmail') await openVerification(app, link.token);
    else if (link !== null) app.show(resetPasswordScreen(app, link.token));
    else if (app.account === null && roomId !== null) await openInvitation(app, roomId);
    else if (app.account === null) app.show(signInScreen(app));
    else if (roomId === null && app.account.isGuest) app.show(guestScreen(app));
    else if (isAccountAddress()) await openAccount(app);
    else if (isPeopleAddress()) app.show(peopleScreen(app, news));
    else if (roomId === null) app.show(homeScreen(app));
    else await openLobby(app, roomId);
  } catch (error) {
    app.show(
      noticeScreen(app, {
        kind: 'offline',
        icon: 'plug',
        title: texts.offline.title,
        text: wordsFor(error),
        actions: [{ label: texts.common.tryAgain, testId: 'retry', run: () => void app.route() }],
      }),
    );
  }
}

document.documentElement.lang = language;
restoreTheme();
restoreDevices();
const root = document.getElementById('app');
const toasts = document.getElementById('toast');
if (root === null || toasts === null) throw new Error('The page is not whole.');
const app = createApp(root, toasts, route);
const news = peopleNews(app);
answerPushed(app, beReachable(app));
addEventListener('popstate', () => void app.route());
void app.route();
