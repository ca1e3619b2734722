import { type Call, createRoomClient, type RoomClient, type Waiting } from '@peerql/client';
import type { ReactiveControllerHost } from 'lit';
import { type DeviceProblem, openDevices } from './devices.ts';

/** Where to join, and as whom. */
export interface JoinRequest {
  readonly client: RoomClient | null;
  /** The address of the server, absolute or relative to the page; of no matter with a client. */
  readonly server: string;
  readonly room: string;
  readonly token: string;
  /** A guest's name; empty for somebody who is signed in. */
  readonly name: string;
  /** Microphone and camera; null to open them. */
  readonly stream: MediaStream | null;
}

interface Outcome {
  /** @param problem why microphone or camera could not be opened; null if nothing is wrong */
  readonly joined: (call: Call, problem: DeviceProblem | null) => void;
  readonly failed: (error: unknown) => void;
}

/** One join at a time, for an element. */
export class CallJoin {
  readonly #host: ReactiveControllerHost;
  readonly #outcome: Outcome;
  #attempt: AbortController | null = null;
  #made: { readonly key: string; readonly client: RoomClient } | null = null;
  #waiting: Waiting | null = null;
  #call: Call | null = null;

  constructor(host: ReactiveControllerHost, outcome: Outcome) {
    this.#host = host;
    this.#outcome = outcome;
  }

  /** The call that was joined; null before. */
  get call(): Call | null {
    return this.#call;
  }

  /** The client that joins. */
  get client(): RoomClient | null {
    return this.#made?.client ?? null;
  }

  get isUnderWay(): boolean {
    return this.#attempt !== null;
  }

  /** Whether the join waits for the host; null while it does not. */
  get waiting(): Waiting | null {
    return this.#waiting;
  }

  async start(request: JoinRequest): Promise<void> {
    this.stop();
    const attempt = new AbortController();
    this.#attempt = attempt;
    const { signal } = attempt;
    const onWaiting = (waiting: Waiting) => {
      this.#waiting = waiting;
      this.#host.requestUpdate();
    };
    const opened = request.stream === null ? await openDevices() : null;
    try {
      signal.throwIfAborted();
      const client = await this.#clientFor(request);
      const stream = opened?.stream ?? request.stream;
      const call = await client.joinRoom(request.room, { stream, signal, onWaiting });
      this.#settle();
      this.#call = call;
      this.#outcome.joined(call, opened?.problem ?? null);
    } catch (error) {
      for (const track of opened?.stream.getTracks() ?? []) track.stop();
      if (signal.aborted) return;
      this.#settle();
      this.#outcome.failed(error);
    }
  }

  /** Gives up the join that is under way, and leaves the call that was joined. */
  stop(): void {
    this.#attempt?.abort();
    this.#settle();
    this.#call?.leave();
    this.#call = null;
  }

  #settle(): void {
    this.#attempt = null;
    this.#waiting = null;
    this.#host.requestUpdate();
  }

  /** A guest who joins again is the same guest. */
  async #clientFor({ client, server, token, name, room }: JoinRequest): Promise<RoomClient> {
    if (client !== null) return client;
    const key = JSON.stringify([server, token, name, room]);
    if (this.#made?.key === key) return this.#made.client;
    const isGuest = token === '' && name !== '';
    const made = clientOf(server, token, isGuest);
    if (isGuest) await made.enterAsGuest({ roomId: room, name });
    this.#made = { key, client: made };
    return made;
  }
}

/** With a token or for a guest it keeps no cookie, so the server may be of another origin. */
function clientOf(server: string, token: string, isGuest: boolean): RoomClient {
  const base = new URL(server, document.baseURI);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const url = new URL('graphql', base);
  if (token !== '') return createRoomClient({ url, auth: 'bearer', token });
  return createRoomClient({ url, auth: isGuest ? 'bearer' : 'cookie' });
}
