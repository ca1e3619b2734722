import { CallCommands } from './call-commands.ts';
import { type CallData, type SendFileTo, type SendOptions, sendData } from './call-data.ts';
import type { CallEvents, CallSnapshot, JoinedOptions } from './call-events.ts';
import { CallMonitor } from './call-monitor.ts';
import { type CallMessage, Chat } from './chat.ts';
import type { RoomFieldsFragment } from './generated/graphql.ts';
import { load } from './load.ts';
import { Lobby } from './lobby.ts';
import type { LocalMedia } from './local-media.ts';
import { MediaAnnouncer } from './media-announcer.ts';
import { Mesh } from './mesh.ts';
import type { MediaSlot } from './peer.ts';
import type { Participant, RemoteParticipant } from './remote-participant.ts';
import { callEach } from './report.ts';
import { type RoomActions, roomActions } from './room-actions.ts';
import { callIsOver, gone, type RoomEnd } from './room-end.ts';
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
export class Call extends CallCommands {
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
  constructor(link: RoomLink, first: RoomSnapshot, media: LocalMedia, options: JoinedOptions) {
    const actions = roomActions(link);
    super(
      media,
      actions,
      () => this.#mesh.others,
      () => this.#changed(),
    );
    this.#link = link;
    this.#actions = actions;
    this.#media = media;
    this.#room = first.room;
    this.#self = first.self;
    this.#mesh = new Mesh(first.self, {
      link,
      firstOffer: options.firstOffer,
      rtcConfiguration: options.rtcConfiguration ?? {},
      uplinkBitrate: options.uplinkBitrate ?? UPLINK_BITRATE,
      connectTimeoutMs: options.connectTimeoutMs,
      tracks: () => media.tracks,
      onJoined: (participant) => this.#tell('participantJoined', participant),
      onUpdated: (participant) => this.#tell('participantUpdated', participant),
      onLeft: (participant, reason) => this.#tell('participantLeft', { participant, reason }),
      onData: (received) => this.emit('data', received),
      onFile: (file) => this.emit('fileOffered', file),
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
    media.on('error', (error) => this.emit('error', error));
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
    const { state: media, stream, screen, videoEffect } = this.#media;
    this.#snapshot ??= {
      state: this.#link.state,
      end: this.#end,
      room: this.#room,
      self: { ...this.#self, media, stream, screen, videoEffect, recording: this.records },
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

  /**
   * The safety code of the connection to another participant: 40 digits in eight groups, such as `04291 88023 …`. Both
   * sides see the same code exactly if they are connected to each other and nobody is in the middle, so let the users
   * read it to each other, best by voice. It belongs to the connection: after `peerState` was `reconnecting` it may be
   * another. docs/safety-code.md says what it proves.
   * @throws {PeerqlError} `NOT_CONNECTED`, `PEER_NOT_IN_ROOM`, `ENDED`; `CERTIFICATES_DIFFER` when the connection shows that
   * somebody is in the middle; `INSECURE_ORIGIN` on a page from plain http
   */
  async safetyCode(participantId: string): Promise<string> {
    const { connection } = this.#other(participantId).peer;
    const { safetyCode } = await load(import('./safety-code.ts'));
    return safetyCode(connection).catch((error) => {
      // A connection that was closed meanwhile has no certificates; what counts is that they are gone, or the call is over.
      this.#other(participantId);
      throw error;
    });
  }

  /**
   * Sends a message directly to everybody, or to one participant, not through the server: they get the event `data`.
   * Resolves when the browser has room to send it. To everybody it goes where a connection is open; while there is none, it
   * waits for the first, for at most 10 s. A message of `DataLimits.messageBytes` at most.
   * @throws {InvalidInputError} `INVALID_INPUT` when it is too big
   * @throws {PeerqlError} `NOBODY_THERE`; `PEER_NOT_IN_ROOM`; `NOT_CONNECTED`, also when the other side's client has no data
   * channel; `BUFFER_FULL` when `DataLimits.waitingBytes` wait already; `ENDED`
   */
  async send(data: CallData, { to = null, reliable = true }: SendOptions = {}): Promise<void> {
    if (this.#end !== null) throw callIsOver();
    const others = to === null ? [...this.#mesh.others.values()] : [this.#other(to)];
    await sendData(others, data, reliable);
  }

  /**
   * Sends a file of at most `DataLimits.fileBytes` directly to one participant, who gets the event `fileOffered`. Resolves
   * once they have all of it. When the connection is made anew, the transfer goes on from where it was.
   * @throws {InvalidInputError} `INVALID_INPUT` when it is too big
   * @throws {PeerqlError} `FILE_REFUSED`; `FILE_CANCELLED` when they stop it; `BUFFER_FULL` when `DataLimits.filesAtOnce` are on
   * their way to them; `PEER_NOT_IN_ROOM`, `NOT_CONNECTED`, `ENDED`; the reason of the signal
   */
  async sendFile(file: Blob, { to, ...options }: SendFileTo): Promise<void> {
    const other = this.#other(to);
    const { sendFile } = await load(import('./file-transfers.ts'));
    await sendFile(other, file, options);
  }

  /** Leaves at once. */
  leave(): void {
    this.#link.leave();
  }

  #other(participantId: string): RemoteParticipant {
    if (this.#end !== null) throw callIsOver();
    const other = this.#mesh.others.get(participantId);
    if (other !== undefined) return other;
    throw gone();
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
