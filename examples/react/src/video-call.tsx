import { useCall } from '@peerql/client/react';
import { PeerqlControls, PeerqlStage } from '@peerql/elements/react';
import { client } from './client.ts';

export function VideoCall({ room }: { room: string }) {
  const options = { client, media: { audio: true, video: true } };
  const { state, call, snapshot, error } = useCall(room, options);
  if (error !== null) return <p role="alert">{error.message}</p>;
  if (call === null || state === 'ended') return <p>{state}</p>;
  return (
    <>
      <h1>{snapshot.room.name}</h1>
      <PeerqlStage call={call} />
      <PeerqlControls call={call} />
    </>
  );
}
