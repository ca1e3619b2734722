import { useEffect, useState } from 'react';

const WANTED = { audio: true, video: { width: { ideal: 640 }, height: { ideal: 360 } } };

/** Camera and microphone while the component is mounted; null until the user has allowed them. */
export function useCamera(): { stream: MediaStream | null; error: string | null } {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    let opened: MediaStream | null = null;
    const stop = () => {
      for (const track of opened?.getTracks() ?? []) track.stop();
    };
    navigator.mediaDevices.getUserMedia(WANTED).then(
      (media) => {
        opened = media;
        if (gone) stop();
        else setStream(media);
      },
      (cause) => setError(String(cause)),
    );
    return () => {
      gone = true;
      stop();
    };
  }, []);
  return { stream, error };
}
