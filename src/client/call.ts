import type { CallEvents, CallOptions, CallSnapshot } from './call-events.ts';
import { CallMonitor } from './call-monitor.ts';
import { type CallMessage, Chat } from './chat.ts';
import { Emitter } from './emitter.ts';
import type { RoomFieldsFragment } from './generated/graphql.ts';
import { Lobby } from './lobby.ts';
import type { LocalMedia } from './local-media.ts';
import { MediaAnnouncer } from './media-announcer.ts';
import { Mesh } from './mesh.ts';
import type { MediaSlot } from './peer.ts';
import type { Participant } from './remote-participant.ts';
import { callEach } from './report.ts';
import { type RoomActions, type RoomSettings, roomActions } from './room-actions.ts';
import type { RoomEnd } from './room-end.ts';
import type { RoomLink } from './room-link.ts';
import type { RoomEvent, RoomSnapshot } from './room-link-events.ts';
import type { PeerStatistics } from './statistics.ts';
import { UPLINK_BITRATE } from './video-limits.ts';

const STATISTICS_INTERVAL_MS = 2_000;

/**
 * A call in a room: the participants and their media. The call has a stream of its own. The tracks that were given at
 * the join are in it and belong to the call from then on: the call stops a camera or screen that is switched off, a
 * track that is replaced, and all tracks at its end. Tracks that the page adds to its own stream later stay the page's.
 * For each of microphone, camera and screen the last command wins: an earlier one that is still under way resolves
 * without effect. After the end every method that returns a promise rejects with `ENDED`.
 * @example
 * call.subscribe(() => render(call.snapshot.participants));
 * call.on('message', ({ user, text }) => show(`${user.name}: ${text}`));
 */
export class Call extends Emitter<CallEvents> {
  readonly #link: RoomLink;
  readonly #media: LocalMedia;
  readonly #mesh: Mesh;
  readonly #monitor: CallMonitor;
  readonly #announcer: MediaAnnouncer;
  readonly #actions: RoomActions;
  readonly #chat = new Chat();
  readonly #lobby = new Lobby();
  readonly #listeners = new Set<() => void>();
  #room: RoomFieldsFragment;
  #self: Participant;
  #end: RoomEnd | null = null;
  #ownsMedia = false; // The devices stay the caller's until the call is set up.
  #snapshot: CallSnapshot | null = null;

  /** Made by `Client.joinRoom`. */
  constructor(link: RoomLink, first: RoomSnapshot, media: LocalMedia, options: CallOptions) {
    super();
    this.#link = link;
    this.#actions = roomActions(link);
    this.#media = media;
    this.#room = first.room;
    this.#self = first.self;
    this.#mesh = new Mesh(first.self, {
      link,
      rtcConfiguration: options.rtcConfiguration ?? {},
      uplinkBitrate: options.uplinkBitrate ?? UPLINK_BITRATE,
      connectTimeoutMs: options.connectTimeoutMs,
      tracks: () => media.tracks,
      onJoined: (participant) => this.#tell('participantJoined', participant),
      onUpdated: (participant) => this.#tell('participantUpdated', participant),
      onLeft: (participant, reason) => this.#tell('participantLeft', { participant, reason }),
      onError: (error) => this.emit('error', error),
    });
    this.#monitor = new CallMonitor({
      others: () => this.#mesh.others,
      statisticsIntervalMs: options.statisticsIntervalMs ?? STATISTICS_INTERVAL_MS,
      onActiveSpeaker: (id) => this.#tell('activeSpeaker', id),
      onStatistics: (participantId, statistics) =>
        this.emit('statistics', { participantId, statistics }),
    });
    this.#announcer = new MediaAnnouncer({
      media: () => media.state,
      self: () => this.#self,
      send: (on) => link.setMedia(on),
      onSent: (on) => {
        this.#self = { ...this.#self, media: on };
      },
      onError: (error) => this.emit('error', error),
    });
    link.on('state', (state) => {
      // At the end everything is released before listeners are called.
      if (state !== 'ended') this.#tell('state', state);
    });
    link.on('event', (event) => {
      try {
        this.#receive(event);
      } catch (error) {
        this.emit('error', error);
      }
    });
    link.on('end', (end) => this.#ended(end));
    media.on('changed', (slot) => this.#mediaChanged(slot));
    this.#receive(first);
    this.#ownsMedia = true;
    media.take();
  }

  /** Calls `listener` after each change of the snapshot; returns a function that unsubscribes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Everything a page has to show, as of now. The same object until something changes. */
  get snapshot(): CallSnapshot {
    return this.getSnapshot();
  }

  /** The snapshot as a function, for React's `useSyncExternalStore(call.subscribe, call.getSnapshot)`. */
  readonly getSnapshot = (): CallSnapshot => {
    const { state: media, stream, screen } = this.#media;
    this.#snapshot ??= {
      state: this.#link.state,
      end: this.#end,
      room: this.#room,
      self: { ...this.#self, media, stream, screen },
      participants: this.#mesh.views,
      activeSpeaker: this.#monitor.activeSpeaker,
      messages: this.#chat.messages,
      knocks: this.#lobby.knocks,
    };
    return this.#snapshot;
  };

  /** The latest measurement of the connection to another participant; null before the first. */
  statistics(participantId: string): PeerStatistics | null {
    return this.#monitor.statistics(participantId);
  }

  /**
   * Mutes the microphone, or opens the one that was used last.
   * @throws {DOMException} of getUserMedia, when none is open yet and none can be opened
   * @throws {PeerqlError} `ENDED`; `INSECURE_ORIGIN` on a page from plain http; `UNSUPPORTED`
   */
  setMicrophone(on: boolean): Promise<void> {
    return this.#media.setMicrophone(on);
  }

  /** Switches off and releases the camera, or switches on the last one. @throws as {@link setMicrophone} */
  setCamera(on: boolean): Promise<void> {
    return this.#media.setCamera(on);
  }

  /**
   * Switches to the microphone with this device id. It stays muted if the one before was, even when that one is gone.
   * @throws {DOMException | PeerqlError} as {@link setMicrophone}; the one before stays in use
   */
  switchMicrophone(deviceId: string): Promise<void> {
    return this.#media.switchMicrophone(deviceId);
  }

  /**
   * Switches to the camera with this device id, and switches it on.
   * @throws {DOMException | PeerqlError} as {@link setMicrophone}; the one before stays in use
   */
  switchCamera(deviceId: string): Promise<void> {
    return this.#media.switchCamera(deviceId);
  }

  /**
   * Shares the screen, window or tab that the user chooses, in addition to the camera.
   * @throws {DOMException} of getDisplayMedia, for example when the user cancels; PeerqlErrors of {@link setMicrophone}
   */
  shareScreen(): Promise<void> {
    return this.#media.setScreen(true);
  }

  /** Stops sharing the screen, also while the browser still asks the user what to share. */
  stopScreen(): void {
    if (this.#end === null) void this.#media.setScreen(false);
  }

  /** Raises the local participant's hand, or lowers it. Refused: `RATE_LIMITED`. */
  async raiseHand(raised: boolean): Promise<void> {
    await this.#actions.raiseHand(raised);
    this.#self = { ...this.#self, handRaised: raised };
    this.#changed();
  }

  /**
   * Sends a chat message to everybody, or to one participant. Without a connection it waits for one. Refused:
   * `INVALID_INPUT` for a text that is empty or too long, `PEER_NOT_IN_ROOM`, `RATE_LIMITED`.
   */
  async sendMessage(text: string, to: string | null = null): Promise<CallMessage> {
    const { id: from, user } = this.#self;
    const { cursor, at } = await this.#actions.sendMessage(text, to);
    const said = { cursor, at, from, user, text, private: to !== null };
    const message = this.#chat.add(said) ?? { ...said, id: cursor };
    this.#changed();
    return message;
  }

  /** As host: lets in somebody who waits. Refused: `NOT_HOST`, `KNOCK_NOT_FOUND`. */
  admit(knockId: string): Promise<void> {
    return this.#actions.admit(knockId);
  }

  /** As host: turns away somebody who waits; `ban` as for {@link remove}. Refused: `NOT_HOST`, `KNOCK_NOT_FOUND`. */
  deny(knockId: string, { ban = false }: { readonly ban?: boolean } = {}): Promise<void> {
    return this.#actions.deny(knockId, ban);
  }

  /** As host: asks somebody to mute, who gets the event `muteRequested`. Refused: `NOT_HOST`, `PEER_NOT_IN_ROOM`. */
  requestMute(participantId: string): Promise<void> {
    return this.#actions.requestMute(participantId);
  }

  /**
   * As host: removes somebody from the room. With `ban` they cannot come back: a ban by the owner lasts as long as the
   * room exists, a ban by another host until everybody has left. Refused: `NOT_HOST`, `PEER_NOT_IN_ROOM`.
   */
  remove(participantId: string, { ban = false }: { readonly ban?: boolean } = {}): Promise<void> {
    return this.#actions.remove(participantId, ban);
  }

  /** As owner: changes the given settings of the room. Refused: `NOT_OWNER`, `ROOM_NOT_FOUND`, `INVALID_INPUT`. */
  updateRoom(settings: RoomSettings): Promise<void> {
    return this.#actions.updateRoom(settings);
  }

  /** Leaves at once. */
  leave(): void {
    this.#link.leave();
  }

  #receive(event: RoomEvent): void {
    if (this.#end !== null) return;
    if (event.__typename === 'RoomSnapshot') {
      this.#room = event.room;
      this.#self = event.self;
      for (const message of event.messages) this.#chat.add(message);
    }
    const knock = this.#lobby.receive(event);
    this.#mesh.receive(event);
    if (knock !== null) this.#tell('knock', knock);
    switch (event.__typename) {
      case 'RoomSnapshot':
        this.#changed();
        void this.#announcer.announce();
        break;
      case 'ParticipantUpdated':
        if (event.participant.id === this.#self.id) this.#updateSelf(event.participant);
        break;
      case 'RoomUpdated':
        this.#room = event.room;
        this.#tell('roomUpdated', event.room);
        break;
      case 'MessageReceived': {
        const message = this.#chat.add(event);
        if (message !== null) this.#tell('message', message);
        break;
      }
      case 'MuteRequested':
        this.#tell('muteRequested', { by: event.by });
        break;
      case 'KnockEnded':
        this.#changed();
        break;
    }
  }

  /** The server knows everything about the local participant except the media: only this side knows that. */
  #updateSelf(participant: Participant): void {
    this.#self = { ...participant, media: this.#self.media };
    if (participant.role !== 'HOST') this.#lobby.clear();
    this.#changed();
  }

  #mediaChanged(slot: MediaSlot): void {
    this.#mesh.setTrack(slot, this.#media.tracks[slot]);
    this.#changed();
    void this.#announcer.announce();
  }

  #ended(end: RoomEnd): void {
    this.#end = end;
    this.#announcer.stop();
    this.#monitor.stop();
    this.#mesh.close();
    if (this.#ownsMedia) this.#media.stop();
    this.#tell('state', 'ended');
    this.#tell('end', end);
  }

  #tell<Name extends keyof CallEvents>(event: Name, value: CallEvents[Name]): void {
    this.#changed();
    this.emit(event, value);
  }

  #changed(): void {
    this.#snapshot = null;
    callEach(this.#listeners, undefined);
  }
}
