import { unlessAborted } from './abort.ts';
import { DataLimits } from './data-limits.ts';
import { tooBig } from './errors.ts';
import type { SendFileOptions } from './incoming-file.ts';
import { functionProblem, requireOptions, signalProblem } from './options.ts';
import type { RemoteParticipant } from './remote-participant.ts';

/** Offers a file to another participant; resolves once they have all of it. */
export async function sendFile(
  other: Pick<RemoteParticipant, 'data'>,
  file: Blob,
  options: SendFileOptions,
): Promise<void> {
  const { name, onProgress, signal } = options;
  requireOptions({
    file: file instanceof Blob ? null : 'has to be a File or a Blob',
    name: nameProblem(name),
    onProgress: functionProblem(onProgress),
    signal: signalProblem(signal),
  });
  if (file.size > DataLimits.fileBytes) throw tooBig(DataLimits.fileBytes);
  signal?.throwIfAborted();
  // A channel that is still being opened does not know of the signal.
  await unlessAborted(other.data.sendFile(file, options), signal);
}

function nameProblem(name: unknown): string | null {
  const fits = typeof name === 'string' && name.length <= DataLimits.fileNameLength;
  return name === undefined || fits
    ? null
    : `has to be a text of at most ${DataLimits.fileNameLength} characters`;
}
