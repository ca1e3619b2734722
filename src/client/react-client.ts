import { createContext, createElement, type ReactNode, useContext, useEffect, useRef } from 'react';
import type { Client } from './client.ts';
import { PeerqlError } from './errors.ts';

export const ClientContext = createContext<Client | null>(null);

export interface PeerqlProviderProps {
  readonly client: Client;
  readonly children?: ReactNode;
}

/**
 * Gives a client to all hooks below it.
 * @example
 * <PeerqlProvider client={createClient()}><App /></PeerqlProvider>
 */
export function PeerqlProvider({ client, children }: PeerqlProviderProps): ReactNode {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/**
 * The client of the provider above.
 * @throws {Error} when there is none
 * @example
 * await useClient().connect();
 */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('There is no <PeerqlProvider client={…}> above.');
  return client;
}

/** The value of the last render, for callbacks that run later. */
export function useLatest<Value>(value: Value): { readonly current: Value } {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}

/** Turns any error into one of this SDK's. A device error of the browser becomes the cause of one with the code `DEVICE`. */
export function asPeerqlError(error: unknown): PeerqlError {
  if (error instanceof PeerqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isDevice = error instanceof DOMException;
  return new PeerqlError(isDevice ? 'DEVICE' : 'FAILED', message, { cause: error });
}
