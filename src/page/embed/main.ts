import '../../elements/call.ts';
import '../../elements/german.ts';
import '../../elements/prejoin.ts';
import { restoreDevices } from '../kept-devices.ts';
import { language } from '../messages/language.ts';
import { restoreTheme } from '../theme.ts';
import { EmbeddedCall } from './embedded-call.ts';

document.documentElement.lang = language;
restoreTheme();
restoreDevices();
const root = document.getElementById('app');
if (root === null) throw new Error('The page is not whole.');
const { searchParams, hash } = new URL(location.href);
const call = new EmbeddedCall(root, {
  roomId: searchParams.get('room') ?? '',
  // In the fragment, which is sent to no server.
  token: new URLSearchParams(hash.slice(1)).get('token'),
});
void call.open();
