import { NetworkError, type RoomEnd } from '../../client/index.ts';

/** The version of the messages. Those of any other are ignored. */
const VERSION = 1;

/** What the page in the frame tells the page around it. */
export type Told =
  | { readonly peerql: 'joined'; readonly room: string; readonly participant: string }
  | { readonly peerql: 'left'; readonly reason: RoomEnd['reason'] }
  | { readonly peerql: 'error'; readonly code: string; readonly message: string };

/** What the page around may ask of the page in the frame. It can mute, but never unmute. */
export interface Commands {
  mute(): void;
  leave(): void;
}

/** The part of a window that has to do with the page around it. */
export interface FramedWindow {
  readonly parent: Pick<Window, 'postMessage'>;
  /** Not in every browser. */
  readonly location: { readonly ancestorOrigins?: ArrayLike<string> };
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** The page that frames this one, if there is one. */
export class ParentPage {
  readonly #window: FramedWindow;
  readonly #origins: readonly string[];

  /** @param origins of the pages that may frame this one: nobody else is told anything, or listened to */
  constructor(window: FramedWindow, origins: readonly string[]) {
    this.#window = window;
    this.#origins = origins;
  }

  /** Tells it to the page around, if that has one of the origins. */
  tell(told: Told): void {
    for (const origin of this.#targets()) {
      this.#window.parent.postMessage({ ...told, version: VERSION }, origin);
    }
  }

  /** Calls what the page around asks for. */
  listen(commands: Commands): void {
    this.#window.addEventListener('message', ({ source, origin, data }) => {
      if (source !== this.#window.parent || !this.#origins.includes(origin)) return;
      const command = commandIn(data);
      if (command !== null) commands[command]();
    });
  }

  /**
   * The origin of the page around; where the browser does not name it, every origin that it may have. The browser drops a
   * message for an origin that the page does not have.
   */
  #targets(): readonly string[] {
    const parent = this.#window.location.ancestorOrigins?.[0];
    if (parent === undefined) return this.#origins;
    return this.#origins.filter((origin) => origin === parent);
  }
}

function commandIn(data: unknown): keyof Commands | null {
  if (typeof data !== 'object' || data === null) return null;
  if (!('peerql' in data && 'version' in data) || data.version !== VERSION) return null;
  return data.peerql === 'mute' || data.peerql === 'leave' ? data.peerql : null;
}

/**
 * Asks the server which pages may frame this one.
 *
 * @throws NetworkError if it does not answer
 */
export async function framingOrigins(): Promise<readonly string[]> {
  try {
    const response = await fetch(new URL('./embed.json', location.href));
    const { origins } = (await response.json()) as { readonly origins: readonly string[] };
    return origins;
  } catch (cause) {
    throw new NetworkError('The server does not say which pages may frame this one.', { cause });
  }
}
