import { WebSocket } from 'ws';
import type { CookieFetch } from './cookie-fetch.ts';

/** A WebSocket class that sends the cookies of a {@link CookieFetch}, as a browser does. */
export function webSocketWith(cookies: CookieFetch): typeof WebSocket {
  class CookieSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      const { header } = cookies;
      super(address, protocols, header === '' ? {} : { headers: { cookie: header } });
    }
  }
  // The class is only for clients: a socket without an address would be a server's.
  return CookieSocket as unknown as typeof WebSocket;
}
