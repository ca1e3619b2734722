import type { CallMedia, IncomingCall } from '../../client/index.ts';
import { h, setText } from '../dom.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';
import { avatar } from '../person.ts';

/** What somebody who is called sees, over whatever screen is open. */
export interface RingingDialog {
  /** @param leaves whether the user is in a call, which accepting would end */
  draw(call: IncomingCall | null, leaves: boolean): void;
  /** Whether the user has declined this call here. */
  declined(callId: string): boolean;
}

interface Answers {
  readonly accept: (call: IncomingCall, media: CallMedia) => Promise<void>;
  readonly decline: (call: IncomingCall) => Promise<void>;
  readonly silence: (call: IncomingCall) => void;
}

export function ringingDialog(answers: Answers): RingingDialog {
  const words = texts.people.incoming;
  let shown: IncomingCall | null = null;
  let declinedId = '';
  // Not a button: whoever is typing when it rings must not answer with the next key.
  const title = h('h2', { id: 'incoming-title', tabindex: -1, autofocus: true, dir: 'auto' });
  const what = h('p', { id: 'incoming-what' });
  const picture = h('div.ringing-picture', {});
  const button = (
    testId: string,
    label: string,
    name: Parameters<typeof icon>[0],
    press: (call: IncomingCall) => void,
  ) =>
    h(
      testId === 'decline' ? 'button.danger' : 'button.primary',
      {
        type: 'button',
        'data-testid': testId,
        click: () => {
          if (shown !== null) press(shown);
        },
      },
      icon(name),
      label,
    );
  const answer = (action: (call: IncomingCall) => Promise<void>) => (call: IncomingCall) => {
    for (const one of buttons) one.disabled = true;
    setText(what, words.connecting);
    action(call)
      .catch(() => {})
      .finally(() => {
        for (const one of buttons) one.disabled = false;
        if (shown !== null) describe(shown);
      });
  };
  const accept = (media: CallMedia) => answer((call) => answers.accept(call, media));
  const video = button('accept-video', words.acceptVideo, 'camera', accept('VIDEO'));
  const audio = button('accept-audio', words.acceptAudio, 'phone', accept('AUDIO'));
  const decline = button(
    'decline',
    words.decline,
    'leave',
    answer((call) => {
      declinedId = call.id;
      return answers.decline(call);
    }),
  );
  const buttons = [video, audio, decline];
  const silence = h(
    'button.round.quiet',
    {
      type: 'button',
      'data-testid': 'silence',
      'aria-label': words.silence,
      title: words.silence,
      click: () => quiet(),
    },
    icon('bellOff'),
  );
  const quiet = () => {
    if (shown !== null) answers.silence(shown);
    silence.disabled = true;
  };
  const element = h(
    'dialog.ringing',
    {
      role: 'alertdialog',
      'aria-labelledby': title.id,
      'aria-describedby': what.id,
      'data-testid': 'incoming',
      // Escape silences. It does not decline: one key too many is soon pressed.
      cancel: (event) => {
        event.preventDefault();
        quiet();
      },
      // Some browsers close it all the same at the second Escape.
      close: () => {
        if (shown !== null) open();
      },
    },
    h(
      'div.ringing-box',
      {},
      silence,
      picture,
      title,
      what,
      h('div.ringing-answers', {}, video, audio, decline),
    ),
  );

  let leaves = false;
  const describe = ({ media, legs }: IncomingCall) => {
    const others = legs.length - 1;
    const sentences = [
      media === 'VIDEO' ? words.video : words.audio,
      ...(others > 0 ? [words.group(others)] : []),
      ...(leaves ? [words.leaves] : []),
    ];
    setText(what, sentences.join(' · '));
  };
  const open = () => {
    if (!element.isConnected) document.body.append(element);
    element.showModal();
    title.focus();
  };
  return {
    declined: (callId) => declinedId === callId,
    draw(call, inCall) {
      const before = shown;
      shown = call;
      if (call === null) {
        if (element.open) element.close();
        return;
      }
      if (before?.id === call.id) return;
      leaves = inCall;
      silence.disabled = false;
      for (const one of buttons) one.disabled = false;
      setText(title, words.calls(call.caller.name));
      picture.replaceChildren(avatar(call.caller));
      // What the caller begins with comes first.
      video.after(audio);
      if (call.media === 'AUDIO') audio.after(video);
      describe(call);
      if (!element.open) open();
    },
  };
}
