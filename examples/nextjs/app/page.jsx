import { RoomEventsDocument } from '@peerql/client/documents';
import { Welcome } from './welcome.jsx';

// A server component: the SDK can be imported in it, and runs in the browser.
export default function Page() {
  const [operation] = RoomEventsDocument.definitions;
  return (
    <main>
      <h1>Calls</h1>
      <p>Being in a room is the subscription {operation.name.value}.</p>
      <Welcome />
    </main>
  );
}
