import {
  type Call,
  type Client,
  createClient,
  PeerqlError,
  type RoomEnd,
} from '../../client/index.ts';
import type { PrejoinChoice } from '../../elements/prejoin.ts';
import { offerBlur } from '../background-blur.ts';
import { h } from '../dom.ts';
import { endWords } from '../end-words.ts';
import { texts } from '../messages/language.ts';
import { type Notice, type NoticeAction, noticeSection } from '../notice-section.ts';
import { wordsFor } from '../words.ts';
import { type Commands, framingOrigins, ParentPage } from './parent-page.ts';

/** Where to join, and as whom. */
export interface Invited {
  readonly roomId: string;
  /** Null for a guest, or for whoever is signed in by a cookie where the browser sends it to a frame. */
  readonly token: string | null;
}

type Invitation = NonNullable<Awaited<ReturnType<Client['invitation']>>>;

const NOTHING_TO_DO: Commands = { mute() {}, leave() {} };

/**
 * The way into one call and out of it, for a frame in a page of somebody else. It asks for no password, since nobody
 * sees in a frame whose page that is, and it has nothing of accounts. Sessions are kept in memory, because browsers
 * keep cookies from a frame of another site.
 */
export class EmbeddedCall {
  readonly #root: HTMLElement;
  readonly #invited: Invited;
  #client: Client;
  #parent: ParentPage | null = null;
  #commands: Commands = NOTHING_TO_DO;

  constructor(root: HTMLElement, invited: Invited) {
    this.#root = root;
    this.#invited = invited;
    this.#client = this.#newClient();
  }

  /** Shows the way in, or why there is none. */
  async open(): Promise<void> {
    const { roomId, token } = this.#invited;
    try {
      this.#parent ??= await this.#findParent();
      const invitation = await this.#client.invitation(roomId);
      if (invitation === null) return this.#showNotFound();
      const isGuest = token === null && (await this.#client.me()) === null;
      if (isGuest && !invitation.allowGuests) this.#showNeedsAccount();
      else this.#showPrejoin(invitation, isGuest);
    } catch (error) {
      this.#tellOf(error, wordsFor(error));
      this.#notice({
        kind: 'failed',
        icon: 'plug',
        title: texts.embed.failed,
        text: wordsFor(error),
        actions: [this.#again(texts.common.tryAgain)],
      });
    }
  }

  #newClient(): Client {
    const { token } = this.#invited;
    const url = new URL('./graphql', location.href);
    return createClient({ url, auth: 'bearer', ...(token === null ? {} : { token }) });
  }

  async #findParent(): Promise<ParentPage> {
    const parent = new ParentPage(window, await framingOrigins());
    parent.listen({ mute: () => this.#commands.mute(), leave: () => this.#commands.leave() });
    return parent;
  }

  #showPrejoin({ roomName, access }: Invitation, isGuest: boolean): void {
    const title = h('h1', { tabindex: -1, dir: 'auto' }, roomName ?? texts.prejoin.ready);
    const prejoin = h('peerql-prejoin', {}, title);
    prejoin.askName = isGuest;
    // A guest is somebody only once they join.
    prejoin.client = isGuest ? null : this.#client;
    offerBlur(prejoin);
    prejoin.knock = access === 'KNOCK';
    let giveUp = new AbortController();
    const enter = async ({ localMedia, name, takeOver }: PrejoinChoice) => {
      prejoin.error = null;
      prejoin.state = 'joining';
      giveUp = new AbortController();
      const { signal } = giveUp;
      try {
        if (prejoin.askName) {
          await this.#client.enterAsGuest({ roomId: this.#invited.roomId, name });
          // Whoever tries again is the same guest.
          prejoin.askName = false;
        }
        const call = await this.#client.joinRoom(this.#invited.roomId, {
          localMedia,
          takeOver,
          signal,
          onWaiting({ hostTold }) {
            prejoin.hostTold = hostTold;
            prejoin.state = 'waiting';
          },
        });
        this.#showCall(call);
      } catch (error) {
        prejoin.state = 'ready';
        if (signal.aborted) return;
        prejoin.error = error;
        this.#tellOf(error, wordsFor(error));
      }
    };
    prejoin.addEventListener('peerql-join', ({ detail }) => void enter(detail));
    prejoin.addEventListener('peerql-stop-waiting', () => giveUp.abort());
    this.#commands = { mute() {}, leave: () => giveUp.abort() };
    this.#show(h('div.page', {}, h('main.prejoin', { 'data-testid': 'lobby' }, prejoin)));
  }

  #showCall(call: Call): void {
    const shown = h('peerql-call');
    Object.assign(shown, { call, client: this.#client });
    offerBlur(shown);
    shown.addEventListener('peerql-error', ({ detail }) => {
      this.#tellOf(detail.error, detail.message);
    });
    this.#commands = {
      mute: () => {
        call.setMicrophone(false).catch((error: unknown) => this.#tellOf(error, wordsFor(error)));
      },
      leave: () => call.leave(),
    };
    call.on('end', (end) => this.#ended(end));
    this.#show(h('main.call', { 'data-testid': 'call' }, shown));
    const { room, self } = call.snapshot;
    this.#parent?.tell({ peerql: 'joined', room: room.id, participant: self.id });
  }

  #ended(end: RoomEnd): void {
    // A session that has ended is of no more use; a guest comes back as another one.
    if (end.reason === 'SIGNED_OUT') this.#client = this.#newClient();
    this.#parent?.tell({ peerql: 'left', reason: end.reason });
    const { rejoin, REPLACED } = texts.ended;
    const again: Partial<Record<RoomEnd['reason'], string>> = {
      LEFT: rejoin,
      DISCONNECTED: rejoin,
      SIGNED_OUT: rejoin,
      REPLACED: REPLACED.again,
      REFUSED: texts.common.tryAgain,
    };
    const label = again[end.reason];
    this.#notice({
      kind: end.reason.toLowerCase().replaceAll('_', '-'),
      ...endWords(end),
      actions: label === undefined ? [] : [this.#again(label)],
    });
  }

  #showNotFound(): void {
    const { notFoundTitle: title, notFound: text } = texts.lobby;
    this.#parent?.tell({ peerql: 'error', code: 'ROOM_NOT_FOUND', message: title });
    this.#notice({ kind: 'room-not-found', icon: 'search', title, text, actions: [] });
  }

  /** Passwords are typed only into a page whose address can be seen. */
  #showNeedsAccount(): void {
    const { needsAccount: title, signInElsewhere: text, openElsewhere: label } = texts.embed;
    const page = new URL(`./?room=${encodeURIComponent(this.#invited.roomId)}`, location.href);
    const run = () => {
      window.open(page, '_blank', 'noopener');
    };
    this.#parent?.tell({ peerql: 'error', code: 'GUESTS_NOT_ALLOWED', message: title });
    const actions = [{ label, testId: 'open-elsewhere', run }];
    this.#notice({ kind: 'needs-account', icon: 'lock', title, text, actions });
  }

  #again(label: string): NoticeAction {
    return { label, testId: 'again', run: () => void this.open() };
  }

  #notice(notice: Notice): void {
    this.#commands = NOTHING_TO_DO;
    this.#show(h('div.page', {}, noticeSection(notice)));
  }

  #show(element: HTMLElement): void {
    this.#root.replaceChildren(element);
    // The keyboard is not taken away from the page around.
    if (document.hasFocus()) element.querySelector('h1')?.focus({ preventScroll: true });
  }

  /** @param message for the user */
  #tellOf(error: unknown, message: string): void {
    const code = error instanceof PeerqlError ? error.code : 'DEVICE';
    this.#parent?.tell({ peerql: 'error', code, message });
  }
}
