/** The Network Information API, for which TypeScript has no types. */
type NavigatorWithConnection = Navigator & { readonly connection?: EventTarget };

/** Says that a server cannot be reached, and why if that is clear. @param url the server's, of http or ws, with TLS or not */
export function outOfReach(url: string): string {
  const message = 'The server could not be reached.';
  const secured = typeof location !== 'undefined' && location.protocol === 'https:';
  return secured && UNTRUSTED.test(url)
    ? `${message} A page of https: can use only a server of https:.`
    : message;
}

/** Browsers trust addresses of the same machine without TLS (W3C Secure Contexts, 3.1). */
const UNTRUSTED = /^(http|ws):\/\/(?!localhost|127\.|\[::1\])/;

/**
 * Calls `listener` when the browser says that the network is back or has changed, or that the page is shown again: a
 * connection may have died in silence by then. Returns a function that stops this. Does nothing outside a browser.
 */
export function onNetworkChange(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  // Not every browser tells of a change to another network.
  const { connection } = navigator as NavigatorWithConnection;
  const stopWatching = onShown(listener);
  window.addEventListener('online', listener);
  connection?.addEventListener('change', listener);
  return () => {
    stopWatching();
    window.removeEventListener('online', listener);
    connection?.removeEventListener('change', listener);
  };
}

/**
 * Calls `listener` when the page is shown again: after another tab or application was in front, or when the back button
 * brings it from the browser's cache. Returns a function that stops this. Does nothing outside a browser.
 */
export function onShown(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const shown = () => {
    if (document.visibilityState === 'visible') listener();
  };
  const restored = ({ persisted }: PageTransitionEvent) => {
    if (persisted) listener();
  };
  document.addEventListener('visibilitychange', shown);
  window.addEventListener('pageshow', restored);
  return () => {
    document.removeEventListener('visibilitychange', shown);
    window.removeEventListener('pageshow', restored);
  };
}
