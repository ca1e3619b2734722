import { ChannelWriter } from './channel-writer.ts';
import type { DataChannels } from './data-channels.ts';
import { PeerqlError } from './errors.ts';
import type { FileTransfers } from './file-transfers.ts';
import type { IncomingFile, SendFileOptions } from './incoming-file.ts';
import { load } from './load.ts';
import { recordingIn, recordingWord } from './recording-word.ts';
import { ALL_VIDEO, isSame, type WantedVideo, wantIn, wantWord } from './wanted-video.ts';

export interface DataLinkOptions {
  /** The id of the other participant. */
  readonly from: string;
  readonly onMessage: (data: string | ArrayBuffer, reliable: boolean) => void;
  /** Somebody offers a file. Returns whether anybody was told. */
  readonly onFile: (file: IncomingFile) => boolean;
  /** The other side wants other video: `DataLink.wanted` has changed. */
  readonly onWanted: () => void;
  /** The other side has begun to record, or has stopped: `DataLink.isRecorded` has changed. */
  readonly onRecorded: () => void;
  readonly onError: (error: unknown) => void;
}

/** How long a message waits for the connection to somebody who has just come. */
const OPEN_WAIT_MS = 10_000;
const HELLO = JSON.stringify({ type: 'hello', version: 1 });

interface Line {
  readonly channels: DataChannels;
  readonly reliable: ChannelWriter;
  readonly lossy: ChannelWriter;
  readonly files: ChannelWriter;
}

/**
 * What goes directly to one other participant, beside media. It outlives a connection: when that is made anew, it goes on
 * with the new one. The other side is known to listen once its `hello` has come, which older clients do not send.
 */
export class DataLink {
  readonly #options: DataLinkOptions;
  #line: Line | null = null;
  #open = false;
  #waiting: (() => void)[] = [];
  #over: PeerqlError | null = null;
  #transfers: Promise<FileTransfers> | null = null;
  #asked = ALL_VIDEO;
  #wanted = ALL_VIDEO;
  /** Whether this side records; null while it never has. */
  #records: boolean | null = null;
  #isRecorded = false;

  constructor(options: DataLinkOptions) {
    this.#options = options;
  }

  /** Whether messages can be sent now. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Which video the other side wants on this connection: all, unless it says otherwise. */
  get wanted(): WantedVideo {
    return this.#wanted;
  }

  /** Asks for this video, on this connection and later ones. A client that does not know the word sends all. */
  want(video: WantedVideo): void {
    this.#asked = video;
    this.#ask();
  }

  /** Whether the other side says that it records the call. */
  get isRecorded(): boolean {
    return this.#isRecorded;
  }

  /** Tells whether this side records, on this connection and later ones. A client that does not know the word ignores it. */
  tellRecording(on: boolean): void {
    if (on === (this.#records ?? false)) return;
    this.#records = on;
    this.#say(recordingWord(on));
  }

  /** Uses these channels, of a new connection, instead of those before. */
  use(channels: DataChannels): void {
    this.#drop();
    this.#hearWanted(ALL_VIDEO);
    const line: Line = {
      channels,
      reliable: new ChannelWriter(channels.reliable),
      lossy: new ChannelWriter(channels.lossy),
      files: new ChannelWriter(channels.files),
    };
    this.#line = line;
    const { onMessage } = this.#options;
    channels.reliable.onmessage = ({ data }) => onMessage(data, true);
    channels.lossy.onmessage = ({ data }) => onMessage(data, false);
    channels.files.onmessage = ({ data }) => this.#receive(line, data);
    channels.files.onopen = () => channels.files.send(HELLO);
    channels.files.onclose = () => {
      if (line === this.#line) this.#drop();
    };
  }

  /**
   * Resolves once messages can be sent.
   * @throws {PeerqlError} `NOT_CONNECTED` after 10 s, or why it is over
   */
  opened(): Promise<void> {
    if (this.#open) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        if (this.#open) resolve();
        else reject(this.#over ?? unreachable());
      };
      const timer = setTimeout(settle, OPEN_WAIT_MS);
      this.#waiting.push(settle);
      if (this.#over !== null) settle();
    });
  }

  /** As {@link ChannelWriter.write}. */
  async send(data: string | ArrayBuffer, bytes: number, reliable: boolean): Promise<void> {
    await this.opened();
    const line = this.#line;
    if (line === null) throw unreachable();
    await (reliable ? line.reliable : line.lossy).write(data, bytes);
  }

  async sendFile(file: Blob, options: SendFileOptions): Promise<void> {
    await this.opened();
    const transfers = await this.#loaded();
    await transfers.send(file, options);
  }

  /** The other side has left, or the call is over. */
  close(why: PeerqlError): void {
    if (this.#over !== null) return;
    this.#over = why;
    this.#drop();
    for (const settle of this.#waiting.splice(0)) settle();
    this.#transfers?.then((transfers) => transfers.close(why)).catch(() => {});
  }

  /** Nothing goes out before the other side has said hello: then both sides say where they are. */
  #writeFile(data: string | ArrayBuffer, bytes: number): Promise<void> {
    if (this.#line === null || !this.#open) return Promise.reject(unreachable());
    return this.#line.files.write(data, bytes);
  }

  #ask(): void {
    this.#say(wantWord(this.#asked));
  }

  /** Without a connection, it is said on the next. */
  #say(word: string): void {
    this.#writeFile(word, word.length).catch(() => {});
  }

  #hearWanted(wanted: WantedVideo): void {
    if (isSame(wanted, this.#wanted)) return;
    this.#wanted = wanted;
    this.#options.onWanted();
  }

  #drop(): void {
    this.#open = false;
    const line = this.#line;
    this.#line = null;
    if (line === null) return;
    for (const writer of [line.reliable, line.lossy, line.files]) writer.close();
    for (const channel of Object.values(line.channels)) channel.onmessage = null;
  }

  #receive(line: Line, frame: string | ArrayBuffer): void {
    if (frame === HELLO) {
      if (line !== this.#line) return;
      this.#open = true;
      for (const settle of this.#waiting.splice(0)) settle();
      this.#transfers?.then((transfers) => transfers.resume()).catch(() => {});
      if (!isSame(this.#asked, ALL_VIDEO)) this.#ask();
      if (this.#records !== null) this.#say(recordingWord(this.#records));
      return;
    }
    const wanted = wantIn(frame);
    if (wanted !== null) {
      this.#hearWanted(wanted);
      return;
    }
    const records = recordingIn(frame);
    if (records !== null) {
      this.#isRecorded = records;
      this.#options.onRecorded();
      return;
    }
    this.#loaded()
      .then((transfers) => transfers.receive(frame))
      .catch(this.#options.onError);
  }

  /** Files are a module of their own, which is loaded when the first is offered. */
  #loaded(): Promise<FileTransfers> {
    this.#transfers ??= this.#load().catch((error) => {
      // The next file is another try.
      this.#transfers = null;
      throw error;
    });
    return this.#transfers;
  }

  async #load(): Promise<FileTransfers> {
    const { FileTransfers } = await load(import('./file-transfers.ts'));
    const transfers = new FileTransfers({
      from: this.#options.from,
      write: (data, bytes) => this.#writeFile(data, bytes),
      onFile: this.#options.onFile,
    });
    if (this.#over !== null) transfers.close(this.#over);
    return transfers;
  }
}

function unreachable(): PeerqlError {
  return new PeerqlError(
    'NOT_CONNECTED',
    'There is no data channel to this participant: no connection yet, or a client that has none.',
  );
}
