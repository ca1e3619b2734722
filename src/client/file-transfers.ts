import { DataLimits } from './data-limits.ts';
import { PeerqlError } from './errors.ts';
import { type FileWord, pieceIn, wordIn } from './file-frames.ts';
import type { IncomingFile, SendFileOptions } from './incoming-file.ts';
import { OutgoingFile } from './outgoing-file.ts';
import { cancelled, ReceivingFile } from './receiving-file.ts';

export { sendFile } from './send-file.ts';

export interface FileTransfersOptions {
  /** The id of the other participant. */
  readonly from: string;
  /** Writes to the channel for files. Rejects when there is no connection now. */
  readonly write: (data: string | ArrayBuffer, bytes: number) => Promise<void>;
  /** Somebody offers a file. Returns whether anybody was told. */
  readonly onFile: (file: IncomingFile) => boolean;
}

/** How many files that are over are remembered, for a sender who did not hear of it and offers one again. */
const REMEMBERED = 64;

/** The files between the two sides of one connection, in both directions. */
export class FileTransfers {
  readonly #options: FileTransfersOptions;
  readonly #outgoing = new Map<number, OutgoingFile>();
  readonly #incoming = new Map<number, ReceivingFile>();
  /** How incoming files have ended, by their ids, oldest first. */
  readonly #ended = new Map<number, FileWord>();
  #sent = 0;
  #over: PeerqlError | null = null;

  constructor(options: FileTransfersOptions) {
    this.#options = options;
  }

  /** Resolves once the other side has the whole file. */
  async send(file: Blob, options: SendFileOptions): Promise<void> {
    if (this.#over !== null) throw this.#over;
    // It may have been aborted while there was no connection.
    options.signal?.throwIfAborted();
    if (this.#outgoing.size >= DataLimits.filesAtOnce) {
      throw new PeerqlError(
        'BUFFER_FULL',
        `${DataLimits.filesAtOnce} files are on their way to this participant already.`,
      );
    }
    this.#sent += 1;
    const id = this.#sent;
    const { write } = this.#options;
    const onOver = () => this.#outgoing.delete(id);
    const outgoing = new OutgoingFile({ ...options, id, file, write, onOver });
    this.#outgoing.set(id, outgoing);
    await outgoing.done;
  }

  receive(frame: string | ArrayBuffer): void {
    if (typeof frame !== 'string') {
      const piece = pieceIn(frame);
      if (piece !== null) this.#incoming.get(piece.id)?.receive(piece);
      return;
    }
    const word = wordIn(frame);
    if (word !== null) this.#hear(word);
  }

  /** There is a new connection: what is unfinished is offered again, and goes on from where the other side is. */
  resume(): void {
    for (const outgoing of this.#outgoing.values()) outgoing.offer();
  }

  close(why: PeerqlError): void {
    this.#over = why;
    for (const file of [...this.#outgoing.values(), ...this.#incoming.values()]) file.fail(why);
  }

  #hear(word: FileWord): void {
    const outgoing = this.#outgoing.get(word.id);
    switch (word.type) {
      case 'offer':
        this.#offered(word);
        break;
      case 'withdraw':
        this.#incoming.get(word.id)?.fail(cancelled());
        break;
      case 'accept':
        outgoing?.accepted(word.bytes);
        break;
      case 'received':
        outgoing?.confirmed(word.bytes);
        outgoing?.complete();
        break;
      case 'refuse':
        outgoing?.refused();
        break;
    }
  }

  #offered({ id, name, size, mime }: Extract<FileWord, { type: 'offer' }>): void {
    const known = this.#incoming.get(id);
    const ended = this.#ended.get(id);
    if (known !== undefined) known.offeredAgain();
    else if (ended !== undefined) this.#tell(ended);
    if (known !== undefined || ended !== undefined || this.#over !== null) return;
    const file = new ReceivingFile({
      id,
      from: this.#options.from,
      name,
      size,
      type: mime,
      tell: (word) => this.#tell(word),
      onOver: (complete) => this.#forget(id, complete ? size : null),
    });
    const isRefused =
      size > DataLimits.fileBytes ||
      name.length > DataLimits.fileNameLength ||
      this.#incoming.size >= DataLimits.filesAtOnce;
    this.#incoming.set(id, file);
    if (isRefused || !this.#options.onFile(file)) file.refuse();
  }

  #forget(id: number, size: number | null): void {
    this.#incoming.delete(id);
    this.#ended.set(
      id,
      size === null ? { type: 'refuse', id } : { type: 'received', id, bytes: size },
    );
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
  }

  #tell(word: FileWord): void {
    const text = JSON.stringify(word);
    this.#options.write(text, text.length).catch(() => {});
  }
}
