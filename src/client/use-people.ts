import { useContext, useState, useSyncExternalStore } from 'react';
import type { Reach } from './account-link.ts';
import type { Client } from './client-interface.ts';
import type { PeerqlError } from './errors.ts';
import type { ContactFieldsFragment, Presence } from './generated/graphql.ts';
import type { IncomingCall } from './incoming-call.ts';
import { ClientContext } from './react-client.ts';

interface Reachable {
  readonly state: 'connecting' | 'connected' | 'reconnecting';
  readonly error: null;
}

/** It cannot be rung any more: nobody is signed in (`UNAUTHENTICATED`), a guest is (`FORBIDDEN`), or `REPLACED`. */
interface Unreachable {
  readonly state: 'ended';
  readonly error: PeerqlError;
}

/** The calls that ring here, the first one first; none after the end. */
export type UseIncomingCalls = (Reachable | Unreachable) & {
  readonly calls: readonly IncomingCall[];
};

/** Contacts, requests and blocked users, newest first; none after the end. */
export type UseContacts = (Reachable | Unreachable) & {
  readonly contacts: readonly ContactFieldsFragment[];
};

interface Options {
  /** Read when the component is mounted. Default: the one of the provider above. */
  readonly client?: Client;
}

/**
 * The calls that ring here. As long as a component with this hook, `useContacts` or `usePresence` is mounted, the user can
 * be rung in this page.
 * @example
 * const { calls } = useIncomingCalls();
 * const [ring] = calls;
 * if (ring === undefined) return null;
 * return <button onClick={() => ring.decline()}>{ring.caller.name} calls: decline</button>;
 */
export function useIncomingCalls(options: Options = {}): UseIncomingCalls {
  const { incoming } = useHeldClient(options.client);
  const look = incoming.getSnapshot;
  const snapshot = useSyncExternalStore(incoming.subscribe, look, look);
  return { ...reachable(snapshot), calls: snapshot.calls };
}

/**
 * The contacts with their presence.
 * @example
 * const { contacts } = useContacts();
 * return contacts.map(({ user, presence }) => <p key={user?.id}>{user?.name} {presence}</p>);
 */
export function useContacts(options: Options = {}): UseContacts {
  const { people } = useHeldClient(options.client);
  const look = people.getSnapshot;
  const snapshot = useSyncExternalStore(people.subscribe, look, look);
  return { ...reachable(snapshot), contacts: snapshot.contacts };
}

/**
 * Whether a contact can be reached; null for anybody else, for a contact who does not show it, and before it is known.
 * @example
 * const presence = usePresence(id);
 * return <button disabled={presence === 'OFFLINE'}>Call</button>;
 */
export function usePresence(userId: string, options: Options = {}): Presence | null {
  const { people } = useHeldClient(options.client);
  const look = () =>
    people.getSnapshot().contacts.find(({ user }) => user?.id === userId)?.presence ?? null;
  return useSyncExternalStore(people.subscribe, look, look);
}

/** The client of the first render: one that is created in every render would ring as another device each time. */
function useHeldClient(given: Client | undefined): Client {
  const provided = useContext(ClientContext);
  const [client] = useState(given ?? provided);
  if (client === null) throw new Error('There is no client: by an option, or a provider.');
  return client;
}

/** Before the first render is shown, nobody listens yet. */
function reachable({ state, error }: Reach): Reachable | Unreachable {
  if (state === 'ended') return { state, error };
  return { state: state === 'idle' ? 'connecting' : state, error: null };
}
