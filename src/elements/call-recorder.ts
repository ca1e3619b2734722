import type { Call, Recording } from '@peerql/client';
import { perCall } from './per-call.ts';
import { recordedHere } from './recorded-here.ts';
import { saveFile } from './save-file.ts';

/** The recorder of a call. */
export const recorderOf = perCall((call) => new CallRecorder(call));

/** Records a call, and saves the file when it is stopped, or when the call ends. */
export class CallRecorder {
  readonly #call: Call;
  #recording: Promise<Recording> | null = null;

  constructor(call: Call) {
    this.#call = call;
    call.on('end', () => void this.stop());
  }

  /** Begins, unless it records already. @throws as `Call.record` */
  async start(): Promise<void> {
    recordedHere.add(this.#call);
    this.#recording ??= this.#call.record();
    try {
      await this.#recording;
    } catch (error) {
      this.#recording = null;
      recordedHere.delete(this.#call);
      throw error;
    }
  }

  /** Ends the recording, if there is one, and saves it. */
  async stop(): Promise<void> {
    const begun = this.#recording;
    const recording = await begun?.catch(() => null);
    // A second press, or the end of the call, may have stopped it meanwhile: it is saved once.
    if (!recording || this.#recording !== begun) return;
    this.#recording = null;
    recordedHere.delete(this.#call);
    const file = await recording.stop();
    if (file.size > 0) saveFile(file, this.#nameOf(recording));
  }

  #nameOf({ mimeType }: Recording): string {
    const { room } = this.#call.snapshot;
    const now = new Date();
    const at = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
    const time = [now.getHours(), now.getMinutes()];
    const digits = (numbers: readonly number[], between: string) =>
      numbers.map((one) => String(one).padStart(2, '0')).join(between);
    const ending = mimeType.startsWith('video/mp4') ? 'mp4' : 'webm';
    return `${room.name ?? 'PeerQL'} ${digits(at, '-')} ${digits(time, '.')}.${ending}`;
  }
}
