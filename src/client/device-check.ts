import { type Finding, fails, works } from './connection-report.ts';
import { PeerqlError } from './errors.ts';
import { openMedia } from './media-devices.ts';

/** Opens a device and releases it. */
export async function checkDevice(kind: 'audio' | 'video'): Promise<Finding> {
  try {
    const stream = await openMedia({ [kind]: true });
    for (const track of stream.getTracks()) track.stop();
    return works;
  } catch (error) {
    if (error instanceof PeerqlError) {
      return fails(error.code === 'INSECURE_ORIGIN' ? 'INSECURE_ORIGIN' : 'UNSUPPORTED');
    }
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError') return fails('DEVICE_DENIED');
    if (name === 'NotFoundError' || name === 'OverconstrainedError') return fails('DEVICE_MISSING');
    return fails('DEVICE_BUSY');
  }
}
