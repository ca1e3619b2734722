/** How far a file has come. */
export interface FileProgress {
  /** What the receiving side has, in bytes. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface ReceiveFileOptions {
  /** Called as the file comes. */
  readonly onProgress?: (progress: FileProgress) => void;
  /** Stops the transfer on both sides. */
  readonly signal?: AbortSignal;
}

export interface SendFileOptions extends ReceiveFileOptions {
  /** The name to tell. Default: the file's, or none for a `Blob`. */
  readonly name?: string;
}

/**
 * A file that another participant offers. Nothing of it is sent before it is accepted.
 * @example
 * call.on('fileOffered', async (file) => {
 *   if (confirm(`${file.name}, ${file.size} bytes?`)) save(await file.accept());
 *   else file.refuse();
 * });
 */
export interface IncomingFile {
  /** The participant who offers it. */
  readonly from: string;
  /** As the sender says: show it as text, and never use it as a path. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The media type, as the sender says; empty if unknown. */
  readonly type: string;
  /** Is aborted when the sender takes the offer back or is gone, so that a question to the user can be taken away. */
  readonly withdrawn: AbortSignal;
  /**
   * Receives the whole file.
   * @throws {PeerqlError} `FILE_CANCELLED` when the sender stops; `PEER_NOT_IN_ROOM` when they leave; `ENDED`;
   * `FILE_ANSWERED` when the file was accepted or refused before
   */
  accept(options?: ReceiveFileOptions): Promise<Blob>;
  /**
   * Receives the file piece by piece, no faster than it is read. The stream fails as {@link accept} does; cancelling it
   * stops the transfer.
   */
  stream(options?: ReceiveFileOptions): ReadableStream<Uint8Array>;
  /** Tells the sender that the user does not want it. */
  refuse(): void;
}
