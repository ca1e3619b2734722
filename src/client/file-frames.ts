/** A word about a file, as JSON. `id` is the sender's number for the file. */
export type FileWord =
  | { type: 'offer'; id: number; name: string; size: number; mime: string }
  | { type: 'withdraw'; id: number }
  | { type: 'accept'; id: number; bytes: number }
  | { type: 'received'; id: number; bytes: number }
  | { type: 'refuse'; id: number };

/** A piece of a file. */
export interface Piece {
  readonly id: number;
  /** Where in the file it begins, in bytes. */
  readonly at: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The file's number as 32 bits, then the offset as 64 bits, both big-endian, then the bytes. */
const HEADER_BYTES = 12;
/** Small enough that a message on another channel soon has its turn; every browser takes it. */
export const PIECE_BYTES = 16_384 - HEADER_BYTES;
/**
 * How much may be on its way, sent and not yet confirmed. More would fill the buffers between the two, which then lose
 * packets of the picture, too.
 */
export const WINDOW_BYTES = 262_144;

export function pieceFrame({ id, at, bytes }: Piece): ArrayBuffer {
  const frame = new Uint8Array(HEADER_BYTES + bytes.byteLength);
  const header = new DataView(frame.buffer);
  header.setUint32(0, id);
  header.setBigUint64(4, BigInt(at));
  frame.set(bytes, HEADER_BYTES);
  return frame.buffer;
}

/** The piece in a frame; null when it is too short for one. */
export function pieceIn(frame: ArrayBuffer): Piece | null {
  if (frame.byteLength <= HEADER_BYTES) return null;
  const header = new DataView(frame);
  return {
    id: header.getUint32(0),
    at: Number(header.getBigUint64(4)),
    bytes: new Uint8Array(frame, HEADER_BYTES),
  };
}

/** The word in a frame of text, checked; null for one that this version does not know. */
export function wordIn(text: string): FileWord | null {
  let value: Partial<Record<string, unknown>>;
  try {
    value = Object(JSON.parse(text));
  } catch {
    return null;
  }
  const { type, id, name, size, mime, bytes } = value;
  if (!isCount(id)) return null;
  switch (type) {
    case 'withdraw':
    case 'refuse':
      return { type, id };
    case 'accept':
    case 'received':
      return isCount(bytes) ? { type, id, bytes } : null;
    case 'offer':
      return typeof name === 'string' && typeof mime === 'string' && isCount(size)
        ? { type, id, name, size, mime }
        : null;
    default:
      return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
