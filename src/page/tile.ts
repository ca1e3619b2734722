import type { LocalParticipant, RemoteParticipantView } from '../client/index.ts';
import { h, setText } from './dom.ts';
import { bars, icon } from './icons.ts';
import { texts } from './messages/language.ts';
import { guestTag, hue, initials, lookAlikeTag } from './person.ts';
import { forgetPlayback, play } from './playback.ts';
import { QUALITY_WORDS } from './words.ts';

/** What a tile shows of a participant. */
export type TileView = Pick<
  RemoteParticipantView,
  | 'id'
  | 'user'
  | 'role'
  | 'media'
  | 'handRaised'
  | 'connection'
  | 'peerState'
  | 'quality'
  | 'speaking'
> &
  Pick<LocalParticipant, 'stream'> &
  Partial<Pick<RemoteParticipantView, 'nameIsConfusable'>>;

/** A place in the grid. */
export interface Tile {
  readonly element: HTMLElement;
  update(view: TileView, stream: MediaStream): void;
  dispose(): void;
}

/** A participant's video, name and state. @param own the user's own tile: mirrored, and without sound */
export function personTile(own: boolean): Tile {
  const video = h('video', { autoplay: true, playsinline: true });
  video.muted = own;
  const avatar = h('div.avatar', { 'aria-hidden': 'true' });
  const name = h('bdi.tile-name');
  const guest = guestTag();
  const twin = lookAlikeTag();
  const host = h('span.tag', {}, texts.common.host);
  const hand = h(
    'p.hand',
    { hidden: true },
    icon('hand'),
    h('span.sr-only', {}, texts.tile.handRaised),
  );
  const quality = h('span.quality', {}, bars(), h('span.sr-only'));
  const muted = h(
    'span.muted',
    { title: texts.tile.mutedTitle },
    icon('microphoneOff'),
    h('span.sr-only', {}, texts.tile.muted),
  );
  const state = h('p.tile-state', { hidden: true }, h('span.spinner', {}), h('span'));
  const element = h(
    'figure.tile',
    { 'data-testid': own ? 'self-tile' : 'tile' },
    avatar,
    video,
    state,
    hand,
    h('figcaption', {}, muted, name, host, guest, twin, quality),
  );
  if (own) element.classList.add('own');
  return {
    element,
    update(view, stream) {
      const { user, media } = view;
      show(video, stream);
      video.hidden = !media.video;
      muted.hidden = media.audio;
      setText(name, own ? texts.common.you(user.name) : user.name);
      hand.hidden = !view.handRaised;
      host.hidden = view.role !== 'HOST';
      guest.hidden = !user.isGuest;
      twin.hidden = view.nameIsConfusable !== true;
      quality.hidden = own || view.quality === 'unknown';
      quality.title = QUALITY_WORDS[view.quality];
      setText(quality.lastElementChild ?? quality, QUALITY_WORDS[view.quality]);
      setText(avatar, initials(user.name));
      avatar.style.setProperty('--hue', String(hue(user.id)));
      const words = own ? '' : stateWords(view);
      state.hidden = words === '';
      setText(state.lastElementChild ?? state, words);
      Object.assign(element.dataset, {
        participant: view.id,
        name: user.name,
        audio: String(media.audio),
        video: String(media.video),
        speaking: String(view.speaking),
        quality: view.quality,
        role: view.role,
        hand: String(view.handRaised),
        state: own ? 'connected' : tileState(view),
      });
    },
    dispose: () => {
      forgetPlayback(video);
      video.srcObject = null;
    },
  };
}

/** A shared screen, shown without cropping. */
export function screenTile(): Tile {
  const video = h('video', { autoplay: true, playsinline: true });
  video.muted = true;
  const name = h('bdi.tile-name');
  const element = h(
    'figure.tile.screen',
    { 'data-testid': 'screen-tile' },
    video,
    h('figcaption', {}, icon('screen'), name),
  );
  return {
    element,
    update({ user }, stream) {
      show(video, stream);
      setText(name, texts.tile.screenOf(user.name));
    },
    dispose: () => {
      forgetPlayback(video);
      video.srcObject = null;
    },
  };
}

function show(video: HTMLVideoElement, stream: MediaStream): void {
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  play(video);
}

function tileState({
  connection,
  peerState,
}: TileView): 'connected' | 'connecting' | 'reconnecting' | 'failed' {
  if (peerState === 'failed') return 'failed';
  if (connection === 'RECONNECTING' || peerState === 'reconnecting') return 'reconnecting';
  return peerState === 'connecting' ? 'connecting' : 'connected';
}

function stateWords(view: TileView): string {
  const state = tileState(view);
  return state === 'connected' ? '' : texts.tile[state];
}
