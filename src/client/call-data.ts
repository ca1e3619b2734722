import { DataLimits } from './data-limits.ts';
import { PeerqlError, tooBig } from './errors.ts';
import type { SendFileOptions } from './incoming-file.ts';
import { booleanProblem, requireOptions } from './options.ts';
import type { RemoteParticipant } from './remote-participant.ts';

/** A message for other participants. Binary data arrives as an `ArrayBuffer`. */
export type CallData = string | ArrayBuffer | ArrayBufferView | Blob;

export interface SendOptions {
  /** The id of the participant to send it to; null for everybody. Default: null. */
  readonly to?: string | null;
  /**
   * Whether the message arrives for certain and in order, as long as the connection lasts. Otherwise it is sent once, which
   * suits what the next message replaces, such as the position of a pointer. Default: true.
   */
  readonly reliable?: boolean;
}

/** A message that another participant has sent. */
export interface ReceivedData {
  /** The participant who sent it. */
  readonly from: string;
  readonly data: string | ArrayBuffer;
  readonly reliable: boolean;
}

export interface SendFileTo extends SendFileOptions {
  /** The id of the participant to send it to. */
  readonly to: string;
}

/** Sends to everybody in `others` whose channel is open, or waits for the first. */
export async function sendData(
  others: readonly RemoteParticipant[],
  data: CallData,
  reliable = true,
): Promise<void> {
  requireOptions({ data: dataProblem(data), reliable: booleanProblem(reliable) });
  const message = await encoded(data);
  const bytes = bytesOf(message);
  if (bytes > DataLimits.messageBytes) throw tooBig(DataLimits.messageBytes);
  if (others.length === 0) {
    throw new PeerqlError('NOBODY_THERE', 'Nobody else is in the call.');
  }
  if (!others.some(isOpen)) await theFirst(others.map((other) => other.data.opened()));
  const sent = others.filter(isOpen).map((other) => other.data.send(message, bytes, reliable));
  await theFirst(sent);
  await Promise.allSettled(sent);
}

function isOpen({ data }: RemoteParticipant): boolean {
  return data.isOpen;
}

/** Resolves with the first that succeeds; rejects, if none does, with the error of one. */
async function theFirst(all: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.any(all);
  } catch (error) {
    throw error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  }
}

/** Copies the data, which the caller may change while it waits. */
async function encoded(data: CallData): Promise<string | ArrayBuffer> {
  if (typeof data === 'string') return data;
  if (data instanceof Blob) {
    if (data.size > DataLimits.messageBytes) throw tooBig(DataLimits.messageBytes);
    return await data.arrayBuffer();
  }
  if (data instanceof ArrayBuffer) return data.slice(0);
  const { buffer, byteOffset, byteLength } = data;
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}

function bytesOf(message: string | ArrayBuffer): number {
  return typeof message === 'string'
    ? new TextEncoder().encode(message).byteLength
    : message.byteLength;
}

function dataProblem(data: unknown): string | null {
  const fits =
    typeof data === 'string' ||
    data instanceof ArrayBuffer ||
    ArrayBuffer.isView(data) ||
    data instanceof Blob;
  return fits ? null : 'has to be a text, an ArrayBuffer, a view of one, or a Blob';
}
