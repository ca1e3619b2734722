/**
 * The limits of what participants send each other directly, in bytes. They are the same for everybody, because both
 * sides keep them.
 * @example
 * if (file.size > DataLimits.fileBytes) show('Too big to send.');
 */
export const DataLimits = {
  /** The longest message of `Call.send`; texts count as UTF-8. What every browser takes (RFC 8841, 6.1). */
  messageBytes: 65_536,
  /** The biggest file of `Call.sendFile`: 100 MiB. */
  fileBytes: 104_857_600,
  /** The longest name of a file, in UTF-16 code units. */
  fileNameLength: 255,
  /** How many files one participant may offer and send to another at the same time. */
  filesAtOnce: 8,
  /** How much may wait in a channel of the browser. Beyond it, sending waits. */
  bufferedBytes: 262_144,
  /** How much may wait to be sent to one participant. Beyond it, `Call.send` is refused. */
  waitingBytes: 8_388_608,
} as const;
