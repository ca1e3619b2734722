import { WebSocket } from 'ws';
import type { CookieFetch } from './cookie-fetch.ts';

/** A WebSocket class that sends the cookies which a {@link CookieFetch} keeps, as a browser does. */
export function webSocketWith(cookies: CookieFetch): typeof WebSocket {
  class CookieSocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      const { header } = cookies;
      super(address, protocols, header === '' ? {} : { headers: { cookie: header } });
    }
  }
  // Only the client side is offered: a socket without an address is a server's.
  return CookieSocket as unknown as typeof WebSocket;
}
