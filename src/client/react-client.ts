import { createContext, createElement, type ReactNode, useContext, useEffect, useRef } from 'react';
import type { Client } from './client.ts';
import { PeerqlError } from './errors.ts';

export const ClientContext = createContext<Client | null>(null);

export interface PeerqlProviderProps {
  readonly client: Client;
  readonly children?: ReactNode;
}

/** Gives a client to all hooks below. */
export function PeerqlProvider({ client, children }: PeerqlProviderProps): ReactNode {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/**
 * The client of the provider above.
 * @throws {Error} when there is none
 */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('There is no <PeerqlProvider client={…}> above.');
  return client;
}

/** The value of the last render, for what begins later. */
export function useLatest<Value>(value: Value): { readonly current: Value } {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}

/** Any failure as one of this SDK's; the browser's own, of devices, has the code `DEVICE` and is its cause. */
export function asPeerqlError(error: unknown): PeerqlError {
  if (error instanceof PeerqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isDevice = error instanceof DOMException;
  return new PeerqlError(isDevice ? 'DEVICE' : 'FAILED', message, { cause: error });
}
