/** @jsxImportSource solid-js */
import { useCall } from '@peerql/client/solid';
import '@peerql/elements/controls';
import '@peerql/elements/stage';
import { Match, Switch } from 'solid-js';
import { client } from './client.ts';

export function VideoCall(props: { room: string }) {
  const meeting = useCall(() => props.room, { client, media: { audio: true, video: true } });
  return (
    <Switch fallback={<p>{meeting().state}</p>}>
      <Match when={meeting().error}>{(error) => <p role="alert">{error().message}</p>}</Match>
      <Match when={meeting().state !== 'ended' && meeting().call}>
        {(call) => (
          <>
            <h1>{meeting().snapshot?.room.name}</h1>
            <peerql-stage prop:call={call()} />
            <peerql-controls prop:call={call()} />
          </>
        )}
      </Match>
    </Switch>
  );
}
