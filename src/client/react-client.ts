import { createContext, createElement, type ReactNode, useContext, useEffect, useRef } from 'react';
import type { Client } from './client-interface.ts';
import { PeerqlError } from './errors.ts';

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

/**
 * Turns any error into an error of this SDK. A device error of the browser becomes the `cause` of an error with the
 * code `DEVICE`.
 */
export function asPeerqlError(error: unknown): PeerqlError {
  if (error instanceof PeerqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isDevice = error instanceof DOMException;
  return new PeerqlError(isDevice ? 'DEVICE' : 'FAILED', message, { cause: error });
}
