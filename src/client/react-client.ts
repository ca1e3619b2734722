import { createContext, createElement, type ReactNode, useContext, useEffect, useRef } from 'react';
import type { Client } from './client-interface.ts';

export const ClientContext = createContext<Client | null>(null);

export interface PeerqlProviderProps {
  readonly client: Client;
  readonly children?: ReactNode;
}

/**
 * Provides a client to all hooks in the components below it.
 * @example
 * const client = createClient();
 * createRoot(element).render(<PeerqlProvider client={client}><App /></PeerqlProvider>);
 */
export function PeerqlProvider({ client, children }: PeerqlProviderProps): ReactNode {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/**
 * The client of the nearest provider above.
 * @throws {Error} when there is none
 * @example
 * const client = useClient();
 * return <button onClick={() => client.logout()}>Sign out</button>;
 */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('There is no <PeerqlProvider client={…}> above.');
  return client;
}

/** The value of the latest render, for callbacks that run later. */
export function useLatest<Value>(value: Value): { readonly current: Value } {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
