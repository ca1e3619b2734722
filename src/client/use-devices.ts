import { useEffect, useState } from 'react';
import { asPeerqlError, type PeerqlError } from './errors.ts';
import { mediaDevices, onDeviceOpened } from './media-devices.ts';

/** The devices of this machine. Browsers name them only after the user has allowed one of their kind. */
export interface UseDevices {
  readonly microphones: readonly MediaDeviceInfo[];
  readonly cameras: readonly MediaDeviceInfo[];
  /** Empty if the browser lets nobody choose. */
  readonly speakers: readonly MediaDeviceInfo[];
  /** Why the devices cannot be listed, for example on a page from plain http; null otherwise. */
  readonly error: PeerqlError | null;
}

const NONE: UseDevices = { microphones: [], cameras: [], speakers: [], error: null };

/**
 * The cameras, microphones and speakers; updated when a device is plugged in or removed, and when this SDK opens one.
 * @example
 * const { cameras, microphones } = useDevices();
 */
export function useDevices(): UseDevices {
  const [devices, setDevices] = useState(NONE);
  useEffect(() => {
    let mounted = true;
    // Undefined on an insecure origin, despite its type.
    const media: MediaDevices | undefined = navigator.mediaDevices;
    const list = async () => {
      try {
        const all = await mediaDevices().enumerateDevices();
        const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind);
        if (!mounted) return;
        setDevices({
          microphones: of('audioinput'),
          cameras: of('videoinput'),
          speakers: of('audiooutput'),
          error: null,
        });
      } catch (error) {
        if (mounted) setDevices({ ...NONE, error: asPeerqlError(error) });
      }
    };
    void list();
    const stop = onDeviceOpened(() => void list());
    media?.addEventListener('devicechange', list);
    return () => {
      mounted = false;
      stop();
      media?.removeEventListener('devicechange', list);
    };
  }, []);
  return devices;
}
