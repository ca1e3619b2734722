import { createClient } from '@peerql/client';
import { PeerqlProvider, useCall, useClient } from '@peerql/client/react';
import { useEffect, useRef, useState } from 'react';
import { session } from './session';

/** People of the application are people of PeerQL: their token is enough. */
const client = createClient({
  token: async () => (await session.getUser())?.access_token ?? null,
});

export function Calls() {
  return (
    <PeerqlProvider client={client}>
      <Room />
    </PeerqlProvider>
  );
}

/** The room that the link names, or a new one. */
function Room() {
  const [roomId, setRoomId] = useState(location.hash.slice(1));
  const peerql = useClient();
  const create = async () => {
    const room = await peerql.createRoom();
    location.hash = room.id;
    setRoomId(room.id);
  };
  if (roomId !== '') return <Call roomId={roomId} />;
  return (
    <button type="button" onClick={create}>
      Start a call
    </button>
  );
}

function Call({ roomId }: { roomId: string }) {
  const { state, snapshot, error } = useCall(roomId, { media: { audio: true, video: true } });
  if (error) return <p>{error.message}</p>;
  return (
    <>
      <p>{state}. To invite somebody, give them the address of this page.</p>
      {snapshot?.participants.map(({ id, user, stream }) => (
        <figure key={id}>
          <Video stream={stream} />
          <figcaption>{user.name}</figcaption>
        </figure>
      ))}
    </>
  );
}

function Video({ stream }: { stream: MediaStream }) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (element.current !== null) element.current.srcObject = stream;
  }, [stream]);
  // biome-ignore lint/a11y/useMediaCaption: nobody writes captions of a call.
  return <video ref={element} autoPlay playsInline />;
}
