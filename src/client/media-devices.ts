import { Emitter } from './emitter.ts';
import { PeerqlError } from './errors.ts';

const opened = new Emitter<{ opened: undefined }>();

/**
 * Calls `listener` whenever this SDK has opened a device: from then on the browser names the devices. Returns a function
 * that stops this.
 */
export function onDeviceOpened(listener: () => void): () => void {
  return opened.on('opened', listener);
}

/** Opens microphone, camera or both. @throws {DOMException} of the browser @throws as {@link mediaDevices} */
export async function openMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
  const stream = await mediaDevices().getUserMedia(constraints);
  opened.emit('opened', undefined);
  return stream;
}

/** @throws {PeerqlError} `INSECURE_ORIGIN`, `UNSUPPORTED` */
export function mediaDevices(): MediaDevices {
  const { mediaDevices } = navigator;
  if (mediaDevices !== undefined) return mediaDevices;
  throw isSecureContext
    ? new PeerqlError(
        'UNSUPPORTED',
        'This browser has no cameras, microphones and screens to give.',
      )
    : new PeerqlError(
        'INSECURE_ORIGIN',
        'Browsers give cameras, microphones and screens only to pages of https: and of localhost.',
      );
}
