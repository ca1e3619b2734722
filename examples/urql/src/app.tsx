import {
  CreateRoomDocument,
  LoginDocument,
  MeDocument,
  RegisterDocument,
} from '@peerql/client/documents';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { type Credentials, SignInForm, wordsFor } from '../../shared/forms.tsx';
import { Tile } from '../../shared/tile.tsx';
import { useCamera } from '../../shared/use-camera.ts';
import { useRoom } from './use-room.ts';

export function App() {
  const [{ data, fetching }, refetch] = useQuery({ query: MeDocument });
  if (fetching) return <p>Loading …</p>;
  const account = data?.me ?? null;
  if (account === null) return <SignIn onDone={() => refetch({ requestPolicy: 'network-only' })} />;
  return <Rooms name={account.name} />;
}

function SignIn({ onDone }: { onDone: () => void }) {
  const [, register] = useMutation(RegisterDocument);
  const [, login] = useMutation(LoginDocument);
  const [error, setError] = useState<string | null>(null);
  const submit = async ({ name, email, password, isNew }: Credentials) => {
    const { data, error: failed } = isNew
      ? await register({ input: { name, email, password } })
      : await login({ input: { email, password } });
    const result = data && ('register' in data ? data.register : data.login);
    const refused = failed?.message ?? wordsFor(result);
    setError(refused);
    if (refused === null) onDone();
  };
  return (
    <SignInForm
      error={error}
      onSubmit={(credentials) => submit(credentials).catch((cause) => setError(String(cause)))}
    />
  );
}

function Rooms({ name }: { name: string }) {
  const [roomId, setRoomId] = useState(location.hash.slice(1));
  const [, createRoom] = useMutation(CreateRoomDocument);
  const enter = (id: string) => {
    location.hash = id;
    setRoomId(id);
  };
  const create = async () => {
    const { data } = await createRoom({ input: { name: `${name}’s room` } });
    if (data?.createRoom.__typename === 'CreateRoomSuccess') enter(data.createRoom.room.id);
  };
  if (roomId === '') {
    return (
      <button type="button" data-testid="create-room" onClick={() => void create()}>
        Make a room
      </button>
    );
  }
  return <Devices roomId={roomId} name={name} onLeave={() => enter('')} />;
}

interface CallProps {
  readonly roomId: string;
  readonly name: string;
  readonly onLeave: () => void;
}

function Devices(props: CallProps) {
  const { stream, error } = useCamera();
  if (error !== null) return <p role="alert">{error}</p>;
  if (stream === null) return <p>Your browser asks for camera and microphone …</p>;
  return <Call {...props} stream={stream} />;
}

function Call({ roomId, name, stream, onLeave }: CallProps & { readonly stream: MediaStream }) {
  const { people, end } = useRoom(roomId, stream);
  return (
    <>
      <p>
        Give others this page’s address: <a href={location.href}>{location.href}</a>{' '}
        <button type="button" data-testid="leave" onClick={onLeave}>
          Leave
        </button>
      </p>
      {end !== null && <p role="alert">{end}</p>}
      <div className="call">
        <Tile name={name} stream={stream} own />
        {people.map((person) => (
          <Tile key={person.id} {...person} />
        ))}
      </div>
    </>
  );
}
