import { useEffect, useRef } from 'react';

/** A video with sound, and a name below it. */
export function Tile(props: { name: string; stream: MediaStream; own?: boolean; state?: string }) {
  const { name, stream, own = false, state = 'connected' } = props;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return (
    <figure data-testid={own ? 'self' : 'other'} data-name={name} data-state={state}>
      <video ref={video} autoPlay playsInline muted={own} />
      <figcaption>{own ? `${name} (you)` : name}</figcaption>
    </figure>
  );
}
