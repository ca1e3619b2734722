export interface OpenBesideOptions<Opened> {
  /** What is open meanwhile; null for nothing. */
  readonly before: MediaStreamTrack | null;
  readonly open: () => Promise<Opened>;
  /** Whether what is being opened is still wanted. */
  readonly wanted: () => boolean;
  /** Opens again what was open before. */
  readonly restore: () => Promise<void>;
}

/**
 * Opens a device while another one may be open. Phones allow one capture at a time: there the old one is released
 * first, and opened again if the new one fails.
 */
export async function openBeside<Opened>({
  before,
  open,
  wanted,
  restore,
}: OpenBesideOptions<Opened>): Promise<Opened> {
  try {
    return await open();
  } catch (error) {
    if (before === null || !wanted()) throw error;
    try {
      if (before.readyState !== 'live' || !isBusy(error)) throw error;
      before.stop();
      return await open();
    } catch (again) {
      // The browser may also have ended it.
      if (before.readyState !== 'live' && wanted()) await restore();
      throw again;
    }
  }
}

/** Somebody else uses the device, or the system allows one capture at a time (Media Capture and Streams, 10.2.2). */
function isBusy(error: unknown): boolean {
  return error instanceof DOMException && BUSY.has(error.name);
}

const BUSY = new Set(['NotReadableError', 'AbortError']);
